"""My work of a user: tasks, sites, counts and the confirmations that can be undone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common.dates import local_date
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.models import Confirmation, TrialSite
from work.assignments import assigned_sites, assigned_trials, trials_with_assignments
from work.findings.evaluate import evaluate_pending_batch
from work.findings.summary import TrialSummary, get_trial_summaries
from work.flags.services import flag_items
from work.my_work.confirmations import undoable
from work.my_work.items import WorkItem, WorkRow, group_items
from work.my_work.notices import Notice, notices_for
from work.my_work.review import review_reasons
from work.my_work.sources import (
    confirmations_due,
    conflict_items,
    finding_items,
    month_reports_due,
    new_assignment_items,
    proposal_items,
    report_items,
    verifications_due,
)

#: Sources of tasks besides due confirmations, called as `source(user, today=day)`. The number of queries of each must
#: not depend on the number of its results.
SOURCES: tuple[Callable[..., Iterable[WorkItem]], ...] = (
    finding_items,
    verifications_due,
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
    is_pending = evaluate_pending_batch(trials_with_assignments(user), on=today)
    sites = list(assigned_sites(user))
    items = [*confirmations_due(sites, today=today), *month_reports_due(sites, today=today)]
    for source in SOURCES:
        items += source(user, today=today)
    is_assigned = bool(sites or items) or assigned_trials(user).exists()
    reasons, recent = review_reasons(sites, on=today), undoable(user, now=now)
    notices = notices_for(user)
    return MyWork(
        group_items(items), sites, get_trial_summaries(user), today, reasons, recent, notices, is_assigned, is_pending
    )
