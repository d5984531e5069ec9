"""Sites whose confirmation is overdue, or due within the week.

What came in from outside: differences that the registry brought, and new assignments.

The errors that the rules found at somebody's trials, sites and contacts, as items of their list.

Proposals on My work: to decide, and one's own that were decided.

People's reports on My work.

Sites that owe the numbers of the last month.

Records that must be verified soon, on My work of the trial's coordinators.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Assignment, AssignmentKind
from common.enum_labels import code_in_words
from common.rules import Level
from history.actor_names import names_of
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.enrollment.month_status import month_reports
from sites.models import TrialSite
from sites.rules.inputs import MonthOfSite
from trials.choices import OverallStatus
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED
from trials.verification import verification_of
from work.assignments import TOLD_OF_A_TRIAL, findings_at, sites_of, trials_of
from work.choices import ProposalDecision, ProposalKind
from work.findings.checks import ADVISED
from work.models import Finding, Proposal, PublicReport
from work.my_work.items import Item, Kind
from work.proposals.display import headline
from work.trial_status.suggestions import PROPOSING, Advice, advice_on


def findings_of(user, *, today: date) -> Iterator[Item]:
    """Each with where it is mended; at most four queries. What the overall status should be is one item a trial."""
    told = findings_at(user).open().filter(Q(level=Level.ERROR) | Q(rule=PROPOSING))
    findings = list(told.select_related("role__person").order_by("since", "pk"))
    around = _around(user, findings)
    advised = [finding for finding in findings if finding.rule in ADVISED]
    yield from _advised(advised, around, today)
    for finding in findings:
        if finding.rule not in ADVISED and finding.broken:
            yield _finding_item(finding, around, today)


@dataclass(frozen=True, slots=True)
class _Around:
    """The trials and sites of findings, by their ids."""

    trials: dict[int, Trial]
    sites: dict[int, TrialSite]


def _around(user, findings: Collection[Finding]) -> _Around:
    trials = Trial.objects.only(*TOLD_OF_A_TRIAL).in_bulk({finding.trial_id for finding in findings})
    sites = {finding.trial_site_id for finding in findings if finding.trial_site_id}
    return _Around(trials, sites_of(user).in_bulk(sites) if sites else {})


def _finding_item(finding: Finding, around: _Around, today: date) -> Item:
    return Item(
        _kind(finding.due_on, today),
        around.trials[finding.trial_id],
        finding.text,
        finding.broken.source,
        finding.due_on,
        around.sites.get(finding.trial_site_id),
        url=finding.mended_at,
        act="Mend it",
        for_staff=True,
    )


def _advised(findings: Collection[Finding], around: _Around, today: date) -> Iterator[Item]:
    """The day is that of the finding: a later change of a site does not move it."""
    due = {finding.trial_id: finding.due_on for finding in findings}
    for advice in advice_on([around.trials[pk] for pk in due], on=today) if due else ():
        due_on = due[advice.trial.pk] or advice.due_on
        url = reverse("work_overall", args=[advice.trial.key])
        rule = " ".join(rule.text for rule in advice.rules)
        yield Item(_kind(due_on, today), advice.trial, _suggestion_text(advice), rule, due_on, url=url, act="Decide")


def _suggestion_text(advice: Advice) -> str:
    now = code_in_words(advice.trial.overall_status, "OverallStatus") or NOT_PUBLISHED
    then = code_in_words(advice.status, "OverallStatus")
    return f"Overall status: {now} → {then}" if then else f"Overall status: {now} no longer fits its sites"


def _kind(due_on: date | None, today: date) -> Kind:
    return Kind.OVERDUE if due_on and due_on < today else Kind.INVALID


SOON = timedelta(days=7)


def confirmations_due(sites: Iterable[TrialSite], *, today: date) -> Iterator[Item]:
    rule = f"A site’s status is confirmed every {settings.CONFIRMATION_DUE_DAYS} days."
    for site in filter(needs_confirmation, sites):
        due_on = confirmation_due_on(site)
        if due_on - today <= SOON:
            kind = Kind.OVERDUE if due_on < today else Kind.DUE
            yield Item(kind, site.trial, _confirmation_text(site, due_on, today), rule, due_on, site)


def _confirmation_text(site: TrialSite, due_on: date, today: date) -> str:
    if due_on >= today:
        return "Due this week"
    if site.last_confirmed_on is None:
        return "Not confirmed yet"
    return f"Not confirmed for {(today - site.last_confirmed_on).days} days"


def month_reports_due(sites: Sequence[TrialSite], *, today: date) -> Iterator[Item]:
    """One item for each site, from the first day after the month."""
    reports = month_reports(sites, today=today)
    days = settings.ENROLLMENT_REPORT_DUE_DAYS
    rule = f"A site that recruits or has people in the study reports within {days} days of the month’s end."
    for site in reports.missing_sites:
        url = reverse("enrollment_site", args=[site.trial.key, site.pk])
        act = f"Enter {reports.month.in_words()}"
        what = _month_text(reports.by_site[site.pk])
        yield Item(Kind.MONTH_REPORT, site.trial, what, rule, reports.due_on, site, url=url, act=act)


def _month_text(month: MonthOfSite) -> str:
    last = f"last report {month.last_reported.in_words()}" if month.last_reported else "no report yet"
    return f"Enrollment of {month.month.in_words()} not reported ({last})"


RECENT = timedelta(days=7)
PLACED = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)


def conflicts_of(user, *, today: date) -> Iterator[Item]:
    """One row for each trial with something to decide."""
    undecided = Count("registry_conflicts", filter=Q(registry_conflicts__decision=""))
    trials = trials_of(user).only(*TOLD_OF_A_TRIAL).annotate(undecided=undecided).filter(undecided__gt=0)
    for trial in trials.order_by("pk"):
        number = trial.undecided
        what = f"The registry differs in {number} place{'' if number == 1 else 's'}"
        rule = "What people entered stays until somebody decides."
        url = reverse("registry_of_trial", args=[trial.key])
        yield Item(Kind.CONFLICT, trial, what, rule, url=url, act="Decide")


def new_assignments_of(user, *, today: date) -> Iterator[Item]:
    """What was given to the user within a week."""
    recent = Assignment.objects.in_force(today).filter(user=user, starts_on__gte=today - RECENT, kind__in=PLACED)
    given = list(recent.select_related("trial").order_by("pk"))
    sites = sites_of(user).in_bulk([row.trial_site_id for row in given if row.trial_site_id]) if given else {}
    for row in given:
        site = sites.get(row.trial_site_id)
        trial = site.trial if site else row.trial
        what, rule = "New to you", f"{row.get_kind_display()} since {row.starts_on:%-d %B %Y}."
        url = "" if site else f"{trial.get_absolute_url()}sites/"
        yield Item(Kind.NEW, trial, what, rule, site=site, url=url, act="" if site else "See its sites")


TOLD_FOR = timedelta(days=7)


def proposals_of(user, *, today: date) -> Iterator[Item]:
    """Three queries, however many there are."""
    rows = [*_to_decide(user), *_decided(user)]
    names = names_of([proposal.proposed_by if proposal.is_open else proposal.decided_by for proposal in rows])
    for proposal in rows:
        yield _asked(proposal, names) if proposal.is_open else _told(proposal, names)


def _to_decide(user):
    """Of one's trials; a hospital's identity is every administrator's too."""
    mine = Q(trial_site__trial__in=trials_of(user).values("pk"))
    if user.is_superuser:
        mine |= Q(kind=ProposalKind.FACILITY)
    open_ones = Proposal.objects.open().filter(mine)
    return open_ones.exclude(proposed_by=user.actor).with_places().order_by("proposed_at", "pk")


def _decided(user):
    """What others decided of one's own within a week, until one has noted it."""
    own = Proposal.objects.visible_to(user).filter(proposed_by=user.actor, noted_at__isnull=True)
    recent = own.filter(decided_at__gte=timezone.now() - TOLD_FOR).exclude(decided_by=user.actor)
    return recent.with_places().order_by("decided_at", "pk")


def _asked(proposal: Proposal, names: dict[str, str]) -> Item:
    what = f"Proposed: {headline(proposal)}"
    rule = f"{proposal.trial_site.facility.title}. {names[proposal.proposed_by]}: {proposal.why}"
    return _proposal_item(proposal, what, rule, "Decide")


def _told(proposal: Proposal, names: dict[str, str]) -> Item:
    decision = "Accepted" if proposal.decision == ProposalDecision.ACCEPTED else "Declined"
    words = f": {proposal.words}" if proposal.words else "."
    rule = f"{proposal.trial_site.facility.title}. {names[proposal.decided_by]}{words}"
    return _proposal_item(proposal, f"{decision}: {headline(proposal)}", rule, "See it")


def _proposal_item(proposal: Proposal, what: str, rule: str, act: str) -> Item:
    url = proposal.get_absolute_url()
    return Item(Kind.PROPOSAL, proposal.trial_site.trial, what, rule, url=url, act=act)


def reports_of(user, *, today: date) -> Iterator[Item]:
    """One query. Oldest first."""
    rows = PublicReport.objects.open().addressed_to(user).select_related("trial", "trial_site__facility")
    for report in rows.order_by("reported_at", "pk"):
        what = f"Somebody says: {report.get_fault_display().lower()}"
        place = report.trial_site.facility.title if report.trial_site else "The whole study"
        rule = f"{place}. Reported on {report.reported_at:%-d %B %Y} from the public page."
        yield Item(Kind.REPORT, report.trial, what, rule, url=report.get_absolute_url(), act="Look at it")


RULE = (
    "The whole record is verified every 12 months. After its completion date, a record not verified for two years is "
    "shown as unknown. Confirming sites does not verify the record."
)


def verifications_due(user, *, today: date) -> Iterator[Item]:
    """One query. A status that the registry itself holds as unknown is changed, not only verified."""
    for trial in trials_of(user).only(*TOLD_OF_A_TRIAL).order_by("pk"):
        verification = verification_of(trial)
        if not verification.is_pressing(today):
            continue
        kind = Kind.OVERDUE if verification.due_on < today else Kind.DUE
        page, act = "work_verification", "Verify the record"
        if trial.overall_status == OverallStatus.UNKNOWN:
            page, act = "work_overall", "Update the overall status"
        url = reverse(page, args=[trial.key])
        yield Item(kind, trial, verification.in_words(today), RULE, verification.due_on, url=url, act=act)
