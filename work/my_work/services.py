"""My work of a user: tasks, sites, counts and the confirmations that can be undone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count

from common.dates import local_date
from common.rule_types import Level, level_counts_text
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.models import Confirmation, TrialSite
from trials.models import Trial
from work.assignments import TRIAL_LIST_FIELDS, assigned_findings, assigned_sites, assigned_trials
from work.findings.evaluate import evaluate_pending_batch
from work.models import RULES_BY_ID
from work.my_work.confirmations import review_reasons, undoable_confirmations
from work.my_work.items import NOTICE_SOURCES, Notice, WorkItem, WorkRow
from work.my_work.sources import (
    confirmation_items,
    conflict_items,
    finding_items,
    flag_items,
    month_report_items,
    new_assignment_items,
    proposal_items,
    report_items,
    verification_items,
)


@dataclass(slots=True)
class TrialSummary:
    """A trial with the number of its open findings by level, and the texts of its warnings, each with its number."""

    trial: Trial
    by_level: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[str, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return level_counts_text(self.by_level)


def get_trial_summaries(user) -> list[TrialSummary]:
    """Summaries of the user's trials with open findings, those with most errors first. Two queries."""
    counts = assigned_findings(user).open().order_by().values_list("trial", "level", "rule").annotate(Count("pk"))
    by_trial = defaultdict(list)
    for trial_id, *counted in counts:
        by_trial[trial_id].append(counted)
    trials = Trial.objects.only(*TRIAL_LIST_FIELDS).in_bulk(by_trial) if by_trial else {}
    summaries = [_summarize(trial, by_trial[pk]) for pk, trial in trials.items()]
    return sorted(summaries, key=lambda summary: (-summary.by_level[Level.ERROR], summary.trial.key))


def _summarize(trial: Trial, counted: list) -> TrialSummary:
    summary = TrialSummary(trial)
    for level, rule, number in sorted(counted):
        summary.by_level[level] += number
        if level == Level.WARNING and rule in RULES_BY_ID:
            summary.warnings.append((RULES_BY_ID[rule].text, number))
    return summary


#: Sources of tasks besides due confirmations, called as `source(user, today=day)`. The number of queries of each must
#: not depend on the number of its results.
SOURCES: tuple[Callable[..., Iterable[WorkItem]], ...] = (
    finding_items,
    verification_items,
    conflict_items,
    proposal_items,
    report_items,
    flag_items,
    new_assignment_items,
)


@dataclass(frozen=True, slots=True)
class MyWork:
    """`rows` by severity; `sites` are all that are assigned to the user; `reasons` to review a site, by its id.

    `is_assigned`: to any trial or site. `has_pending_evaluation`: more trials changed than one request evaluates.
    """

    rows: Sequence[WorkRow]
    sites: Sequence[TrialSite]
    trial_summaries: Sequence[TrialSummary]
    today: date
    reasons: Mapping[int, Sequence[str]]
    undoable: Sequence[Confirmation]
    notices: Sequence[Notice]
    is_assigned: bool
    has_pending_evaluation: bool

    @property
    def items(self) -> Sequence[WorkItem]:
        """The most severe task of each row."""
        return [row.item for row in self.rows]

    @property
    def overdue_count(self) -> int:
        return sum(row.item.due_on is not None and row.item.due_on < self.today for row in self.rows)

    @property
    def sites_needing_confirmation(self) -> list[TrialSite]:
        """The sites whose status must be confirmed regularly."""
        return [site for site in self.sites if needs_confirmation(site)]

    @property
    def confirmed_count(self) -> int:
        return sum(
            site.last_confirmed_on is not None and confirmation_due_on(site) >= self.today
            for site in self.sites_needing_confirmation
        )

    def rows_for_trial(self, trial_key: str) -> Sequence[WorkRow]:
        """The rows of a trial; a blank key means all."""
        return [row for row in self.rows if trial_key in ("", row.item.trial.key)]

    def sites_without_items(self, trial_key: str) -> Sequence[TrialSite]:
        """The sites of a trial without open tasks; a blank key means all."""
        listed = {row.item.site.pk for row in self.rows if row.item.site}
        return [site for site in self.sites if site.pk not in listed and trial_key in ("", site.trial.key)]

    @property
    def trials(self) -> dict[str, str]:
        """The names of the trials by key, sorted by name."""
        trials = [site.trial for site in self.sites] + [row.item.trial for row in self.rows]
        names = {trial.key: trial.acronym or trial.number for trial in trials}
        return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def build_my_work(user, *, now: datetime) -> MyWork:
    """Build My work of a user; the number of queries does not depend on the number of sites."""
    today = local_date(now)
    is_pending = evaluate_pending_batch(Trial.objects.assigned_to(user, include_sites=True), on=today)
    sites = list(assigned_sites(user))
    items = [*confirmation_items(sites, today=today), *month_report_items(sites, today=today)]
    for source in SOURCES:
        items += source(user, today=today)
    is_assigned = bool(sites or items) or assigned_trials(user).exists()
    reasons, recent = review_reasons(sites, on=today), undoable_confirmations(user, now=now)
    notices = [notice for source in NOTICE_SOURCES if (notice := source(user))]
    return MyWork(
        _group_items(items), sites, get_trial_summaries(user), today, reasons, recent, notices, is_assigned, is_pending
    )


def _group_items(items: Iterable[WorkItem]) -> list[WorkRow]:
    """Rows by severity, one for each site."""
    by_subject: dict[object, list[WorkItem]] = {}
    for item in sorted(items, key=lambda item: item.sort_key):
        by_subject.setdefault(item.site or id(item), []).append(item)
    return [WorkRow(first, others) for first, *others in by_subject.values()]
