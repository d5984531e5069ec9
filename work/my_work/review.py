"""Reasons to review a site's status; a site with reasons is confirmed one by one."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q

from common.rules import Level, violations
from sites.choices import OPEN
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from sites.rules import OVERALL_RULES, TrialSitesInput, goes_with
from trials.choices import OverallStatus
from trials.models import Trial
from trials.rules import TRIAL_RULES
from work.choices import ReportedFault
from work.models import Finding, Flag, PublicReport
from work.models.findings import RULES_BY_ID

REVIEW_LEVELS = (Level.ERROR, Level.WARNING)
#: Rules of a trial whose first field is its status or a date; the others do not concern its sites.
_STATUS_FIELDS = frozenset({"overall_status", "start_on", "primary_completion_on", "completion_on"})
_STATUS_RULE_IDS = [rule.id for rule in TRIAL_RULES if rule.fields[0] in _STATUS_FIELDS]
#: Applies to all sites of the trial, not to a single one.
NO_SITE_RECRUITS = "recruiting-trial-has-a-recruiting-site"


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
            if rule.id == NO_SITE_RECRUITS or not goes_with(site.trial.overall_status, site.status)
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
