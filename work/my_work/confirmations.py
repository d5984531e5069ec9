"""Confirming sites at the versions shown on a page, and undoing that within one minute."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.rule_types import Level, violations
from sites.choices import OPEN
from sites.confirmation_age import needs_confirmation
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.permissions import authorities_over
from sites.rules import OVERALL_RULES, TrialSitesInput, matches_overall_status
from sites.services import confirm, undo_confirmation
from trials.choices import OverallStatus
from trials.models import Trial
from trials.rules import TRIAL_RULES
from work.models import RULES_BY_ID, Finding, Flag, PublicReport, ReportedFault

REVIEW_LEVELS = (Level.ERROR, Level.WARNING)
#: Rules of a trial whose first field is its status or a date; the others do not concern its sites.
_STATUS_FIELDS = frozenset({"overall_status", "start_on", "primary_completion_on", "completion_on"})
_STATUS_RULE_IDS = [rule.id for rule in TRIAL_RULES if rule.fields[0] in _STATUS_FIELDS]
#: Applies to all sites of the trial, not to a single one.
NO_SITE_RECRUITS = "recruiting-trial-has-a-recruiting-site"

UNDO_WINDOW = timedelta(minutes=1)


def review_reasons(sites: Collection[TrialSite], *, on: date) -> dict[int, list[str]]:
    """The reasons as sentences by site id, for sites that need confirmation and a review on a day.

    Expects sites with their trials. Four queries for any number of sites.
    """
    sites = [site for site in sites if needs_confirmation(site)]
    if not sites:
        return {}
    reasons: dict[int, list[str]] = defaultdict(list)
    contradictions = _trial_contradictions(sites, on)
    for site in sites:
        for reason in (*_own_reasons(site, on), *contradictions[site.pk]):
            reasons[site.pk].append(reason)
    for site_id, reason in (*_finding_reasons(sites), *_flag_reasons(sites), *_report_reasons(sites)):
        if reason not in reasons[site_id]:
            reasons[site_id].append(reason)
    return {site_id: texts for site_id, texts in reasons.items() if texts}


def _own_reasons(site: TrialSite, on: date) -> Iterator[str]:
    """Reasons in the site's own dates and those of its trial."""
    confirmed, known = site.last_confirmed_on, site.status_as_of.last_day
    days = (on - (max(confirmed, known) if confirmed else known)).days
    if days >= settings.CONFIRMATION_RED_DAYS:
        yield (
            f"Not confirmed for {(on - confirmed).days} days."
            if confirmed
            else (f"Never confirmed; the status has been known for {days} days.")
        )
    trial = site.trial
    if trial.completion_on and trial.completion_on.last_day < on:
        yield f"The trial’s completion date, {trial.completion_on.as_text()}, has passed."
    elif site.status in OPEN and trial.primary_completion_on and trial.primary_completion_on.last_day < on:
        yield f"The trial’s primary completion date, {trial.primary_completion_on.as_text()}, has passed."
    if trial.status_on(on) == OverallStatus.UNKNOWN:
        yield "The trial is shown as Unknown: its record has not been verified for two years."


def _trial_contradictions(sites: Collection[TrialSite], on: date) -> dict[int, list[str]]:
    """Texts of the rules by which the overall status and the site contradict each other, by site id."""
    trials = {site.trial_id: site.trial for site in sites}
    statuses = defaultdict(list)
    for trial_id, status in TrialSite.objects.filter(trial__in=trials).order_by().values_list("trial", "status"):
        statuses[trial_id].append(status)
    rules = {pk: _overall_status_violations(trial, statuses[pk], on) for pk, trial in trials.items()}
    return {
        site.pk: [
            rule.text
            for rule in rules[site.trial_id]
            if rule.id == NO_SITE_RECRUITS or not matches_overall_status(site.trial.overall_status, site.status)
        ]
        for site in sites
    }


def _overall_status_violations(trial: Trial, statuses: list[str], on: date) -> list:
    subject = TrialSitesInput(trial.overall_status, statuses, trial.last_known_status)
    return [rule for rule in violations(OVERALL_RULES, subject, on=on) if rule.level in REVIEW_LEVELS]


def _finding_reasons(sites: Collection[TrialSite]) -> Iterator[tuple[int, str]]:
    """Open findings of the sites and their contacts, and those of their trials about status and dates."""
    at_sites = Q(trial_site__in=[site.pk for site in sites])
    at_trials = Q(trial__in={site.trial_id for site in sites}, trial_site=None, rule__in=_STATUS_RULE_IDS)
    findings = Finding.objects.open().filter(at_sites | at_trials, level__in=REVIEW_LEVELS).order_by("rule", "pk")
    of_trials = defaultdict(list)
    for trial_id, site_id, rule in findings.values_list("trial", "trial_site", "rule"):
        text = RULES_BY_ID[rule].text if rule in RULES_BY_ID else ""
        if text and site_id:
            yield site_id, text
        elif text:
            of_trials[trial_id].append(text)
    for site in sites:
        for text in of_trials[site.trial_id]:
            yield site.pk, text


def _flag_reasons(sites: Collection[TrialSite]) -> Iterator[tuple[int, str]]:
    for site_id, text in Flag.objects.open().filter(trial_site__in=sites).values_list("trial_site", "text"):
        yield site_id, f"Flagged: {text}"


def _report_reasons(sites: Collection[TrialSite]) -> Iterator[tuple[int, str]]:
    reported = PublicReport.objects.open().filter(trial_site__in=sites, fault=ReportedFault.STATUS)
    for site_id in reported.order_by().values_list("trial_site", flat=True).distinct():
        yield site_id, "Reported from the public page as out of date."


@dataclass(frozen=True, slots=True)
class ConfirmationResult:
    """The confirmed sites, those `changed` since the page was shown, and those that need a review, with reasons."""

    confirmed: Sequence[TrialSite]
    changed: Sequence[TrialSite]
    needs_review: Mapping[TrialSite, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def confirm_sites(user, versions: Mapping[int, int], *, on: date, is_joint: bool | None = None) -> ConfirmationResult:
    """Confirm the user's sites at these versions, by site id. A second confirmation on a day has no effect.

    Of several sites, or where `is_joint`, those that need a review are skipped. LookupError if the user cannot edit
    one of the sites.
    """
    editable = TrialSite.objects.editable_by(user).filter(pk__in=versions).select_related("trial", "facility")
    sites = list(editable.order_by("pk").select_for_update(of=("self",)))
    if len(sites) != len(versions):
        raise LookupError("Not all of these sites are the user's.")
    already_confirmed = _already_confirmed(user, sites, on)
    fresh = [
        site for site in sites if site.pk not in already_confirmed and site.status and versions[site.pk] == site.version
    ]
    changed = [site for site in sites if site.pk not in already_confirmed and site not in fresh]
    is_joint = len(versions) > 1 if is_joint is None else is_joint
    reasons = review_reasons(fresh, on=on) if is_joint else {}
    needs_review = {site: reasons[site.pk] for site in fresh if site.pk in reasons}
    confirmable = [site for site in fresh if site not in needs_review]
    authorities = authorities_over(user, confirmable) if confirmable else {}
    confirm(confirmable, author=user.actor, on=on, versions=versions, authorities=authorities)
    return ConfirmationResult(confirmable, changed, needs_review)


def _already_confirmed(user, sites: Sequence[TrialSite], on: date) -> set[int]:
    """The ids of sites whose current status this user confirmed on that day."""
    mine = Confirmation.objects.filter(trial_site__in=sites, author=user.actor, confirmed_on=on, undone_at__isnull=True)
    current = {site.pk: site.status for site in sites}
    return {site_id for site_id, status in mine.values_list("trial_site", "status") if current[site_id] == status}


def confirmations_by(user) -> QuerySet[Confirmation]:
    """The user's confirmations at sites that they can edit, without those recorded by a status change."""
    change = StatusEvent.objects.filter(
        trial_site=OuterRef("trial_site"),
        author=OuterRef("author"),
        status=OuterRef("status"),
        recorded_at__range=(OuterRef("recorded_at") - UNDO_WINDOW, OuterRef("recorded_at") + UNDO_WINDOW),
    )
    mine = TrialSite.objects.editable_by(user)
    return Confirmation.objects.filter(~Exists(change), author=user.actor, trial_site__in=mine)


def undoable_confirmations(user, *, now: datetime) -> list[Confirmation]:
    """The confirmations that can be undone now, with their sites."""
    recent = confirmations_by(user).filter(undone_at__isnull=True, recorded_at__gte=now - UNDO_WINDOW)
    return list(recent.select_related("trial_site__facility", "trial_site__trial").order_by("pk"))


@transaction.atomic
def undo_recent_confirmations(user, ids: Collection[int], *, now: datetime) -> int:
    """Undo those of these confirmations that are younger than `UNDO_WINDOW`; returns their number.

    LookupError if one of them is not the user's.
    """
    own = list(confirmations_by(user).filter(pk__in=ids).order_by("pk"))
    if len(own) != len(set(ids)):
        raise LookupError("Not all of these confirmations are the user's.")
    recent = Confirmation.objects.filter(pk__in=ids, undone_at__isnull=True, recorded_at__gte=now - UNDO_WINDOW)
    fresh = list(recent.order_by("pk").select_for_update())
    for confirmation in fresh:
        undo_confirmation(confirmation, author=user.actor, reason="Undone within one minute")
    return len(fresh)
