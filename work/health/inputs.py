"""Counts the inputs of health scores for trials and their sites, as far as a user may see counts and findings."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import QuerySet

from common.rule_types import Level
from contacts.choices import RoleKind
from contacts.models import Role
from sites.choices import ENDED, OPEN, ActivationStage, SiteStatus
from sites.confirmation_age import AgeLevel, age_level
from sites.enrollment.plan import site_plans
from sites.models import EnrollmentReport, Milestone, TrialSite
from trials.choices import DateType
from trials.models import Trial
from trials.page.timeline import STUDY_DATES
from trials.verification import verification_of
from work.health.scores import HealthScore, Inputs, health_score
from work.models import Finding


@dataclass(frozen=True, slots=True)
class TrialHealthFigures:
    """The score of a trial and those of its sites by id."""

    trial: Trial
    score: HealthScore
    sites: Mapping[int, HealthScore]


@dataclass(slots=True)
class _Rows:
    """What was read for some trials, by site or trial id."""

    findings: dict = field(default_factory=lambda: defaultdict(int))  # (trial, site or None, level) → number
    enrolled: dict[int, int] = field(default_factory=dict)
    planned: dict[int, float] = field(default_factory=dict)
    activations: dict[int, bool] = field(default_factory=dict)  # sites whose activation is due → activated
    sites_with_contact: set[int] = field(default_factory=set)
    trials_with_contact: set[int] = field(default_factory=set)


def trial_health(trials: Collection[Trial], *, user, today: date) -> dict[int, TrialHealthFigures]:
    """The scores by trial id. Nine queries for any number of trials and sites."""
    ids = [trial.pk for trial in trials]
    sites = TrialSite.objects.showing_counts_to(user).filter(trial__in=ids).order_by()
    rows = _read(ids, sites, Finding.objects.visible_to(user).open(), today)
    return _scores(trials, sites, rows, today)


def all_trial_health(trials: Collection[Trial], *, today: date) -> dict[int, TrialHealthFigures]:
    """The same of every site and finding, for stored scores."""
    ids = [trial.pk for trial in trials]
    sites = TrialSite.objects.filter(trial__in=ids).order_by()
    return _scores(trials, sites, _read(ids, sites, Finding.objects.open(), today), today)


def _read(ids: Collection[int], sites: QuerySet, findings: QuerySet, today: date) -> _Rows:
    rows, keys = _Rows(), sites.values("pk")
    for trial, site, level in findings.filter(trial__in=ids).order_by().values_list("trial", "trial_site", "level"):
        rows.findings[trial, site, level] += 1
    reports = EnrollmentReport.objects.filter(trial_site__in=keys, enrolled__isnull=False)
    latest = reports.order_by("trial_site", "-month").distinct("trial_site")
    rows.enrolled = dict(latest.values_list("trial_site", "enrolled"))
    rows.planned = {pk: plan.by(today) for pk, plan in site_plans(sites).items()}
    milestones = Milestone.objects.filter(trial_site__in=keys, stage=ActivationStage.ACTIVATED)
    for site, planned, forecast, actual in milestones.values_list(
        "trial_site", "planned_on", "forecast_on", "actual_on"
    ):
        expected_on = forecast or planned
        if expected_on and expected_on < today:
            rows.activations[site] = actual is not None
    reachable = Role.objects.shown_on(today).exclude(person__phone="", person__email="").order_by()
    at_sites = reachable.filter(kind=RoleKind.SITE_CONTACT, trial_site__in=keys)
    rows.sites_with_contact = set(at_sites.values_list("trial_site", flat=True))
    central = reachable.filter(kind=RoleKind.CENTRAL_CONTACT, trial__in=ids)
    rows.trials_with_contact = set(central.values_list("trial", flat=True))
    return rows


def _scores(trials: Collection[Trial], sites: QuerySet, rows: _Rows, today: date) -> dict[int, TrialHealthFigures]:
    fields = ("pk", "trial", "status", "last_confirmed_on", "facility__country")
    by_trial = defaultdict(dict)
    countries, open_countries = defaultdict(set), defaultdict(set)
    for pk, trial, status, confirmed_on, country in sites.values_list(*fields):
        by_trial[trial][pk] = _site_inputs(pk, trial, status, confirmed_on, rows, today)
        if country and status not in ENDED:
            countries[trial].add(country)
        if country and status in OPEN:
            open_countries[trial].add(country)
    figures = {}
    for trial in trials:
        of_sites = by_trial[trial.pk]
        inputs = replace(
            _trial_inputs(trial, of_sites.values(), rows, today),
            countries=len(countries[trial.pk]), open_countries=len(open_countries[trial.pk]),
        )  # fmt: skip
        site_scores = {pk: health_score(site, is_site=True) for pk, site in of_sites.items()}
        figures[trial.pk] = TrialHealthFigures(trial, health_score(inputs), site_scores)
    return figures


def _site_inputs(pk: int, trial: int, status: str, confirmed_on, rows: _Rows, today: date) -> Inputs:
    is_recruiting = status == SiteStatus.RECRUITING
    is_fresh = confirmed_on is not None and age_level((today - confirmed_on).days) is AgeLevel.FRESH
    has_contact = pk in rows.sites_with_contact or trial in rows.trials_with_contact
    return Inputs(
        recruiting=is_recruiting,
        confirmed=is_recruiting and is_fresh,
        errors=rows.findings[trial, pk, Level.ERROR],
        warnings=rows.findings[trial, pk, Level.WARNING],
        enrolled=rows.enrolled.get(pk),
        planned=round(rows.planned[pk]) if pk in rows.planned else None,
        activations_due=pk in rows.activations,
        activated=rows.activations.get(pk, False),
        with_contact=is_recruiting and has_contact,
    )


def _trial_inputs(trial: Trial, sites: Collection[Inputs], rows: _Rows, today: date) -> Inputs:
    """The sums over the sites, with the findings and dates of the trial itself."""
    due, met = _dates(trial, today)
    planned = [site for site in sites if site.planned is not None]
    summed = {
        name: sum(getattr(site, name) for site in sites)
        for name in ("recruiting", "confirmed", "activations_due", "activated", "with_contact", "errors", "warnings")
    }
    summed["errors"] += rows.findings[trial.pk, None, Level.ERROR]
    summed["warnings"] += rows.findings[trial.pk, None, Level.WARNING]
    return Inputs(
        objects=len(sites) + 1,
        enrolled=sum(site.enrolled or 0 for site in planned),
        planned=sum(site.planned or 0 for site in planned) if planned else None,
        dates_due=due,
        dates_met=met,
        **summed,
    )


def _dates(trial: Trial, today: date) -> tuple[int, int]:
    """How many dates of the study are due by today, the verification of the record included, and how many were met."""
    due = met = 0
    for name in STUDY_DATES:
        on, kind = getattr(trial, f"{name}_on"), getattr(trial, f"{name}_type")
        if on and (kind == DateType.ACTUAL or on.last_day < today):
            due, met = due + 1, met + (kind == DateType.ACTUAL)
    verify_by = verification_of(trial).due_on
    if verify_by is not None:
        due, met = due + 1, met + (verify_by >= today)
    return due, met
