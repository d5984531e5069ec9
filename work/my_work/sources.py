"""Sources of the tasks on My work.

Findings, due confirmations, missing monthly reports, registry conflicts, new assignments, change requests, public
reports, flags and due record verifications.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Assignment, AssignmentKind
from common import dates
from common.enum_labels import choice_label
from common.rule_types import Level
from history.authorship import actor_names
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.enrollment.overview import month_reports
from sites.models import TrialSite
from sites.rules import MonthlyReportInput
from trials.choices import OverallStatus
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED
from trials.verification import verification_of
from work.assignments import TRIAL_LIST_FIELDS, assigned_findings, assigned_sites, assigned_trials
from work.findings.evaluate import SUGGESTION_RULES
from work.models import Finding, Flag, Proposal, ProposalDecision, ProposalKind, PublicReport
from work.my_work.items import ItemType, WorkItem
from work.proposals.types import proposal_summary
from work.status_change.suggestions import SUGGESTION_RULE, StatusSuggestion, suggest_statuses

DUE_SOON_WINDOW = timedelta(days=7)
NEW_ASSIGNMENT_WINDOW = timedelta(days=7)
COORDINATOR_KINDS = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)
DECISION_VISIBLE_FOR = timedelta(days=7)
VERIFICATION_RULE_TEXT = (
    "The whole record is verified every 12 months. After its completion date, a record not verified for two years is "
    "shown as unknown. Confirming sites does not verify the record."
)


def finding_items(user, *, today: date) -> Iterator[WorkItem]:
    """Open errors as tasks, at most four queries. Suggestions of an overall status are one task for each trial."""
    errors = assigned_findings(user).open().filter(Q(level=Level.ERROR) | Q(rule=SUGGESTION_RULE))
    findings = list(errors.select_related("role__person").order_by("since", "pk"))
    subjects = _load_finding_subjects(user, findings)
    suggestions = [finding for finding in findings if finding.rule in SUGGESTION_RULES]
    yield from _suggestion_items(suggestions, subjects, today)
    for finding in findings:
        if finding.rule not in SUGGESTION_RULES and finding.rule_definition:
            yield _finding_item(finding, subjects, today)


@dataclass(frozen=True, slots=True)
class _FindingSubjects:
    """The trials and sites of findings, by their ids."""

    trials: dict[int, Trial]
    sites: dict[int, TrialSite]


def _load_finding_subjects(user, findings: Collection[Finding]) -> _FindingSubjects:
    trials = Trial.objects.only(*TRIAL_LIST_FIELDS).in_bulk({finding.trial_id for finding in findings})
    sites = {finding.trial_site_id for finding in findings if finding.trial_site_id}
    return _FindingSubjects(trials, assigned_sites(user).in_bulk(sites) if sites else {})


def _finding_item(finding: Finding, subjects: _FindingSubjects, today: date) -> WorkItem:
    return WorkItem(
        _deadline_type(finding.due_on, today),
        subjects.trials[finding.trial_id],
        finding.text,
        finding.rule_definition.source,
        finding.due_on,
        subjects.sites.get(finding.trial_site_id),
        url=finding.fix_url,
        action_label="Fix",
        staff_only=True,
    )


def _suggestion_items(findings: Collection[Finding], subjects: _FindingSubjects, today: date) -> Iterator[WorkItem]:
    """The due date is that of the finding; a later change of a site does not move it."""
    due = {finding.trial_id: finding.due_on for finding in findings}
    for suggestion in suggest_statuses([subjects.trials[pk] for pk in due], on=today) if due else ():
        due_on = due[suggestion.trial.pk] or suggestion.due_on
        url = reverse("work_overall", args=[suggestion.trial.key])
        rule = " ".join(rule.text for rule in suggestion.rules)
        yield WorkItem(
            _deadline_type(due_on, today),
            suggestion.trial,
            _suggestion_text(suggestion),
            rule,
            due_on,
            url=url,
            action_label="Review",
        )


def _suggestion_text(suggestion: StatusSuggestion) -> str:
    now = choice_label(suggestion.trial.overall_status, "OverallStatus") or NOT_PUBLISHED
    then = choice_label(suggestion.status, "OverallStatus")
    return f"Overall status: {now} → {then}" if then else f"Overall status: {now} does not match the site statuses"


def _deadline_type(due_on: date | None, today: date) -> ItemType:
    return ItemType.OVERDUE if due_on and due_on < today else ItemType.INVALID


def confirmation_items(sites: Iterable[TrialSite], *, today: date) -> Iterator[WorkItem]:
    rule = f"Each site’s status must be confirmed every {settings.CONFIRMATION_DUE_DAYS} days."
    for site in filter(needs_confirmation, sites):
        due_on = confirmation_due_on(site)
        if due_on - today <= DUE_SOON_WINDOW:
            kind = ItemType.OVERDUE if due_on < today else ItemType.DUE
            yield WorkItem(kind, site.trial, _confirmation_text(site, due_on, today), rule, due_on, site)


def _confirmation_text(site: TrialSite, due_on: date, today: date) -> str:
    if due_on >= today:
        return "Confirmation due this week"
    if site.last_confirmed_on is None:
        return "Never confirmed"
    overdue = (today - due_on).days
    return f"Confirmation overdue · {overdue} day{'' if overdue == 1 else 's'}"


def month_report_items(sites: Sequence[TrialSite], *, today: date) -> Iterator[WorkItem]:
    """One task for each site, from the first day after the month."""
    reports = month_reports(sites, today=today)
    days = settings.ENROLLMENT_REPORT_DUE_DAYS
    rule = f"Sites that recruit or have participants report within {days} days of the end of the month."
    for site in reports.missing_sites:
        url = reverse("enrollment_site", args=[site.trial.key, site.pk])
        label = f"Enter {reports.month.as_text()}"
        text = _month_text(reports.by_site[site.pk])
        yield WorkItem(ItemType.MONTH_REPORT, site.trial, text, rule, reports.due_on, site, url=url, action_label=label)


def _month_text(month: MonthlyReportInput) -> str:
    last = f"last report {month.last_reported.as_text()}" if month.last_reported else "no report yet"
    return f"Enrollment of {month.month.as_text()} not reported ({last})"


def conflict_items(user, *, today: date) -> Iterator[WorkItem]:
    """One task for each trial with undecided conflicts."""
    undecided = Count("registry_conflicts", filter=Q(registry_conflicts__decision=""))
    trials = assigned_trials(user).only(*TRIAL_LIST_FIELDS).annotate(undecided=undecided).filter(undecided__gt=0)
    for trial in trials.order_by("pk"):
        number = trial.undecided
        text = f"{number} difference{'' if number == 1 else 's'} from ClinicalTrials.gov"
        rule = "Local values are kept until you resolve the differences."
        url = reverse("registry_of_trial", args=[trial.key])
        yield WorkItem(ItemType.CONFLICT, trial, text, rule, url=url, action_label="Resolve")


def new_assignment_items(user, *, today: date) -> Iterator[WorkItem]:
    """Assignments of the last week."""
    recent = Assignment.objects.in_force(today).filter(
        user=user, starts_on__gte=today - NEW_ASSIGNMENT_WINDOW, kind__in=COORDINATOR_KINDS
    )
    assignments = list(recent.select_related("trial").order_by("pk"))
    sites = (
        assigned_sites(user).in_bulk([row.trial_site_id for row in assignments if row.trial_site_id])
        if assignments
        else {}
    )
    for row in assignments:
        site = sites.get(row.trial_site_id)
        trial = site.trial if site else row.trial
        text, rule = "Newly assigned", f"{row.get_kind_display()} since {row.starts_on:%-d %B %Y}."
        url = "" if site else f"{trial.get_absolute_url()}sites/"
        yield WorkItem(ItemType.NEW, trial, text, rule, site=site, url=url, action_label="" if site else "View sites")


def proposal_items(user, *, today: date) -> Iterator[WorkItem]:
    """Change requests to decide, and own ones that were decided. Three queries."""
    rows = [*_proposals_to_decide(user), *_decided_own_proposals(user)]
    names = actor_names([proposal.proposed_by if proposal.is_open else proposal.decided_by for proposal in rows])
    for proposal in rows:
        yield _open_proposal_item(proposal, names) if proposal.is_open else _decided_proposal_item(proposal, names)


def _proposals_to_decide(user):
    """Open requests in the user's trials; requests about facilities go to every administrator too."""
    scope = Q(trial_site__trial__in=assigned_trials(user).values("pk"))
    if user.is_superuser:
        scope |= Q(kind=ProposalKind.FACILITY)
    requests = Proposal.objects.open().filter(scope)
    return requests.exclude(proposed_by=user.actor).with_places().order_by("proposed_at", "pk")


def _decided_own_proposals(user):
    """The user's own requests that others decided within a week and the user has not acknowledged."""
    own = Proposal.objects.visible_to(user).filter(proposed_by=user.actor, acknowledged_at__isnull=True)
    recent = own.filter(decided_at__gte=timezone.now() - DECISION_VISIBLE_FOR).exclude(decided_by=user.actor)
    return recent.with_places().order_by("decided_at", "pk")


def _open_proposal_item(proposal: Proposal, names: dict[str, str]) -> WorkItem:
    text = f"Change request: {proposal_summary(proposal)}"
    rule = f"{proposal.trial_site.facility.title}. {names[proposal.proposed_by]}: {proposal.why}"
    return _proposal_item(proposal, text, rule, "Review")


def _decided_proposal_item(proposal: Proposal, names: dict[str, str]) -> WorkItem:
    decision = "Accepted" if proposal.decision == ProposalDecision.ACCEPTED else "Declined"
    note = f": {proposal.decision_note}" if proposal.decision_note else "."
    rule = f"{proposal.trial_site.facility.title}. {names[proposal.decided_by]}{note}"
    return _proposal_item(proposal, f"{decision}: {proposal_summary(proposal)}", rule, "View")


def _proposal_item(proposal: Proposal, text: str, rule: str, action_label: str) -> WorkItem:
    url = proposal.get_absolute_url()
    return WorkItem(ItemType.PROPOSAL, proposal.trial_site.trial, text, rule, url=url, action_label=action_label)


def report_items(user, *, today: date) -> Iterator[WorkItem]:
    """Open public reports, oldest first. One query."""
    rows = PublicReport.objects.open().addressed_to(user).select_related("trial", "trial_site__facility")
    for report in rows.order_by("reported_at", "pk"):
        text = f"Public report: {report.get_fault_display().lower()}"
        place = report.trial_site.facility.title if report.trial_site else "Whole trial"
        rule = f"{place}. Reported on {report.reported_at:%-d %B %Y} from the public page."
        yield WorkItem(ItemType.REPORT, report.trial, text, rule, url=report.get_absolute_url(), action_label="Review")


def verification_items(user, *, today: date) -> Iterator[WorkItem]:
    """Record verifications due soon. One query. A trial with the overall status Unknown needs a new status instead."""
    for trial in assigned_trials(user).only(*TRIAL_LIST_FIELDS).order_by("pk"):
        verification = verification_of(trial)
        if not verification.is_due_soon(today):
            continue
        kind = ItemType.OVERDUE if verification.due_on < today else ItemType.DUE
        page, label = "work_verification", "Verify record"
        if trial.overall_status == OverallStatus.UNKNOWN:
            page, label = "work_overall", "Update overall status"
        url = reverse(page, args=[trial.key])
        yield WorkItem(
            kind,
            trial,
            verification.as_text(today),
            VERIFICATION_RULE_TEXT,
            verification.due_on,
            url=url,
            action_label=label,
        )


def flag_items(user, *, today: date) -> Iterator[WorkItem]:
    """Open flags of the user's trials and sites as tasks; at most four queries."""
    at_trials = Q(trial_site=None, trial__in=assigned_trials(user).values("pk"))
    at_sites = Q(trial_site__in=assigned_sites(user).order_by().values("pk"))
    flags = list(Flag.objects.open().filter(at_trials | at_sites))
    if not flags:
        return
    names = actor_names([flag.raised_by for flag in flags])
    trials = Trial.objects.only(*TRIAL_LIST_FIELDS).in_bulk([flag.trial_id for flag in flags])
    sites = assigned_sites(user).in_bulk([flag.trial_site_id for flag in flags if flag.trial_site_id])
    for flag in flags:
        author_text = f"Flagged by {names[flag.raised_by]} on {dates.local_date(flag.raised_at):%-d %B %Y}."
        site = sites.get(flag.trial_site_id)
        url = flag.get_absolute_url()
        yield WorkItem(
            ItemType.REPORT, trials[flag.trial_id], flag.text, author_text, site=site, url=url, action_label="Answer"
        )
