"""The figures of trials for the overview: sites, confirmations, findings, enrollment and what is late.

Each function answers for any number of trials with a constant number of queries.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from common.rule_types import Level
from sites.choices import OPEN, SiteStatus
from sites.enrollment.overview import month_reports, percent
from sites.models import EnrollmentReport, TrialSite
from sites.models.enrollment import COUNTS
from sites.querysets import overdue_q
from trials.choices import EnrollmentType
from trials.models import Trial
from trials.verification import Verification, verification_of
from work.models import Finding
from work.overview.enrollment_totals import EnrollmentTotals, enrollment_totals


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """Counts of a trial's sites. `confirmed` are the recruiting ones confirmed within CONFIRMATION_DUE_DAYS."""

    total: int = 0
    open: int = 0
    recruiting: int = 0
    confirmed: int = 0
    overdue: int = 0
    target: int | None = None

    @property
    def confirmed_percent(self) -> int | None:
        return percent(self.confirmed, self.recruiting)


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """The figures of one trial, as seen on `today`."""

    trial: Trial
    today: date
    sites: SiteFigures = field(default_factory=SiteFigures)
    findings: Mapping[str, int] = field(default_factory=dict)
    totals: EnrollmentTotals | None = None
    reports_missing: int = 0

    @property
    def shown_status(self) -> str:
        return self.trial.status_on(self.today)

    @property
    def enrolled(self) -> int | None:
        return self.totals.latest if self.totals else None

    @property
    def is_record_target(self) -> bool:
        """Whether the target is that of the record, because no site has one."""
        return self.sites.target is None and self.target is not None

    @property
    def target(self) -> int | None:
        """The sum of the sites' targets; without any, the planned enrollment of the record."""
        if self.sites.target is not None:
            return self.sites.target
        return None if self.trial.enrollment_type == EnrollmentType.ACTUAL else self.trial.enrollment_count

    @property
    def enrolled_percent(self) -> int | None:
        return percent(self.enrolled, self.target)

    @property
    def errors(self) -> int:
        return self.findings.get(Level.ERROR, 0)

    @property
    def warnings(self) -> int:
        return self.findings.get(Level.WARNING, 0)

    @property
    def verification(self) -> Verification:
        return verification_of(self.trial)

    @property
    def is_verification_overdue(self) -> bool:
        due_on = self.verification.due_on
        return due_on is not None and due_on < self.today

    @property
    def verification_text(self) -> str:
        """The notice where the verification is overdue or due soon."""
        return self.verification.as_text(self.today) if self.verification.is_due_soon(self.today) else ""

    @property
    def late(self) -> int:
        """The number of late items: overdue confirmations, missing reports, and an overdue verification."""
        return self.sites.overdue + self.reports_missing + self.is_verification_overdue


def figures_of(
    trials: Collection[Trial], *, user, today: date, missing: Mapping[int, int] | None = None
) -> dict[int, TrialFigures]:
    """The figures by trial id, as far as the user may see counts and findings.

    `missing` are the missing reports by trial id where they are known already.
    """
    ids = [trial.pk for trial in trials]
    sites = TrialSite.objects.showing_counts_to(user).filter(trial__in=ids)
    by_trial, totals = _site_figures(sites, today), enrollment_totals(ids)
    findings = _finding_counts(ids, user)
    missing = missing_reports(sites, today) if missing is None else missing
    return {
        trial.pk: TrialFigures(
            trial, today, by_trial.get(trial.pk, SiteFigures()), findings[trial.pk], totals.get(trial.pk),
            missing.get(trial.pk, 0),
        )
        for trial in trials
    }  # fmt: skip


def recently_confirmed_q(today: date) -> Q:
    """Filter recruiting sites that were confirmed within CONFIRMATION_DUE_DAYS."""
    since = today - timedelta(days=settings.CONFIRMATION_DUE_DAYS)
    return Q(status=SiteStatus.RECRUITING, last_confirmed_on__gte=since)


def _site_figures(sites: QuerySet, today: date) -> dict[int, SiteFigures]:
    counted = sites.order_by().values("trial").annotate(
        total=Count("pk"),
        open=Count("pk", filter=Q(status__in=OPEN)),
        recruiting=Count("pk", filter=Q(status=SiteStatus.RECRUITING)),
        confirmed=Count("pk", filter=recently_confirmed_q(today)),
        overdue=Count("pk", filter=overdue_q(today)),
        target=Sum("enrollment_target"),
    )  # fmt: skip
    return {row.pop("trial"): SiteFigures(**row) for row in counted}


def _finding_counts(ids: Collection[int], user) -> defaultdict[int, Counter[str]]:
    """The open findings of each trial by level, its sites' and contacts' included."""
    counts = defaultdict(Counter)
    findings = Finding.objects.visible_to(user).open().filter(trial__in=ids).order_by()
    for trial, level, number in findings.values_list("trial", "level").annotate(Count("pk")):
        counts[trial][level] = number
    return counts


def missing_reports(sites: QuerySet, today: date) -> Counter[int]:
    """How many of the sites owe the report of last month after its due day, by trial id. At most five queries.

    Only sites without a report are read; `month_reports` decides which of them owe one.
    """
    month = month_reports([], today=today)
    if not month.is_overdue:
        return Counter()
    has_counts = Q(*((f"{name}__isnull", False) for name in COUNTS), _connector=Q.OR)
    reported = EnrollmentReport.objects.filter(has_counts, trial_site=OuterRef("pk"), month__gte=month.month)
    with_data = _with_enrollment_data(Trial.objects.order_by())
    candidates = sites.filter(~Exists(reported), trial__in=with_data.values("pk")).order_by("pk")
    reports = month_reports(list(candidates.only("pk", "trial", "status")), today=today)
    return Counter(site.trial_id for site in reports.missing_sites)


def _with_enrollment_data(trials: QuerySet) -> QuerySet:
    with_target = TrialSite.objects.filter(trial=OuterRef("pk"), enrollment_target__isnull=False)
    reported = EnrollmentReport.objects.filter(trial_site__trial=OuterRef("pk"))
    return trials.filter(Exists(with_target) | Exists(reported))
