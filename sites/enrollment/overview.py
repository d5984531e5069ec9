"""The enrollment overview of a trial: one count by site and month, totals, and the reports of the last month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.partial_dates import PartialDate
from sites.choices import OPEN
from sites.enrollment.parsing import add_months, month_of
from sites.models import EnrollmentReport, MonthLock, StatusEvent, TrialSite
from sites.rules import MonthlyReportInput, owes_report
from sites.services import people_in_study
from sites.status_timeline import status_changes
from trials.models import Trial

MONTHS_SHOWN = 12
PLACE_COLUMNS = ("facility__name", "facility__city", "facility__country", "duplicate_index")


@dataclass(frozen=True, slots=True)
class Row:
    """One site with its count in each month shown, and its latest count."""

    site: TrialSite
    values: Sequence[tuple[PartialDate, int | None]]
    latest: int | None

    @property
    def percent(self) -> int | None:
        return percent(self.latest, self.site.enrollment_target)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the latest counts up to a month (None without any), and the number of sites reporting in it."""

    month: PartialDate
    value: int | None
    reporting_sites: int


class Overview:
    """One count of the sites by month. Three queries for any number of sites."""

    def __init__(self, trial: Trial, sites: QuerySet, *, count: str, until: str, today: date):
        self.trial, self.count, self.today = trial, count, today
        self._history = _history(sites, count)
        columns = sites.order_by().values_list("pk", "enrollment_target", *PLACE_COLUMNS)
        self._targets = {pk: target for pk, target, *_ in columns}
        self._places = {pk: tuple(place) for pk, _, *place in columns}
        self.months = _months_until(until or self._last_month, MONTHS_SHOWN)
        locks = MonthLock.objects.filter(trial=trial, unlocked_at__isnull=True, month__in=self.months)
        self.locked = set(locks.order_by().values_list("month", flat=True))

    @property
    def _last_month(self) -> str:
        """The last month that has ended, or a later reported one."""
        reported = [month for months in self._history.values() for month in months]
        return max([add_months(month_of(self.today), -1), *reported])

    def rows(self, sites: Iterable[TrialSite]) -> list[Row]:
        return [self._row(site) for site in sites]

    def _row(self, site: TrialSite) -> Row:
        counts = self._history.get(site.pk, {})
        return Row(site, [(month, counts.get(month)) for month in self.months], counts[max(counts)] if counts else None)

    @cached_property
    def monthly_totals(self) -> list[Total]:
        """The totals from the first report to the last month shown."""
        reported = {month for months in self._history.values() for month in months}
        if not reported:
            return []
        first, last = min(reported), max(*reported, self.months[-1])
        return _totals(self._history, first, last)

    @property
    def totals(self) -> list[Total]:
        by_month = {total.month: total for total in self.monthly_totals}
        return [by_month.get(month) or Total(month, None, 0) for month in self.months]

    @property
    def target(self) -> int | None:
        """The sum of the targets; None without any."""
        targets = [target for target in self._targets.values() if target is not None]
        return sum(targets) if targets else None

    @property
    def without_target(self) -> int:
        return sum(target is None for target in self._targets.values())

    @property
    def latest(self) -> int | None:
        return self.monthly_totals[-1].value if self.monthly_totals else None

    @property
    def percent(self) -> int | None:
        return percent(self.latest, self.target)

    @property
    def site_count(self) -> int:
        return len(self._places)

    def group_of(self, site: int, by: str) -> str:
        """The country of a site, or its name with the city."""
        name, city, country, number = self._places[site]
        if by == "country":
            return country or "Country not known"
        title = ", ".join(filter(None, (name or "Facility name not published", city)))
        return f"{title} ({number})" if number > 1 else title

    def groups(self, by: str) -> dict[str, list[Total]]:
        """The monthly totals of each `country` or `site` that has reported, over the same months for all."""
        if not self.monthly_totals:
            return {}
        members: dict[str, dict[int, dict[str, int]]] = defaultdict(dict)
        for site, months in self._history.items():
            members[self.group_of(site, by)][site] = months
        first, last = self.monthly_totals[0].month, self.monthly_totals[-1].month
        return {name: _totals(history, first, last) for name, history in members.items()}


def percent(part: int | None, whole: int | None) -> int | None:
    """The rounded percentage; None without a part or a whole."""
    return None if part is None or not whole else round(100 * part / whole)


def _history(sites: QuerySet, count: str) -> Mapping[int, dict[str, int]]:
    reports = EnrollmentReport.objects.filter(
        trial_site__in=sites.order_by().values("pk"), **{f"{count}__isnull": False}
    )
    history: dict[int, dict[str, int]] = defaultdict(dict)
    for site, month, value in reports.order_by().values_list("trial_site", "month", count):
        history[site][month] = value
    return history


def _totals(history: Mapping[int, Mapping[str, int]], first: str, last: str) -> list[Total]:
    """Monthly totals; a site without a report counts with its last reported value."""
    latest: dict[int, int] = {}
    totals, month = [], PartialDate(first)
    by_month = defaultdict(dict)
    for site, months in history.items():
        for reported_month, value in months.items():
            by_month[reported_month][site] = value
    while month <= last:
        latest |= by_month[month]
        totals.append(Total(month, sum(latest.values()), len(by_month[month])))
        month = add_months(month, 1)
    return totals


def _months_until(last: str, count: int) -> list[PartialDate]:
    """`count` consecutive months ending with `last`, oldest first."""
    return [add_months(last, offset) for offset in range(1 - count, 1)]


@dataclass(frozen=True, slots=True)
class MonthReports:
    """The reports of `month` by a list of sites, due on `due_on`."""

    month: PartialDate
    due_on: date
    by_site: Mapping[int, MonthlyReportInput]
    sites: Sequence[TrialSite]
    is_overdue: bool

    @property
    def expected(self) -> int:
        """The number of sites that owe a report or have reported."""
        return sum(month.is_owed or month.is_reported for month in self.by_site.values())

    @property
    def reported(self) -> int:
        return sum(month.is_reported for month in self.by_site.values())

    @property
    def missing_sites(self) -> list[TrialSite]:
        """The sites that still owe a report, in the order of the list."""
        return [site for site in self.sites if owes_report(self.by_site[site.pk])]


def month_reports(sites: Sequence[TrialSite], *, today: date) -> MonthReports:
    """Reports of the last month that has ended, for trials with enrollment data. Four queries, or one without sites."""
    month = add_months(month_of(today), -1)
    due_on = month.last_day + timedelta(days=settings.ENROLLMENT_REPORT_DUE_DAYS)
    with_data = _trials_with_enrollment_data({site.trial_id for site in sites})
    sites = [site for site in sites if site.trial_id in with_data]
    by_site = _by_site(month, due_on, sites) if sites else {}
    return MonthReports(month, due_on, by_site, sites, is_overdue=today > due_on)


def _by_site(month: PartialDate, due_on: date, sites: Sequence[TrialSite]) -> dict[int, MonthlyReportInput]:
    ids = [site.pk for site in sites]
    open_in_month = _sites_open_in(month, ids)
    reports = _latest_reports(ids)
    locked = _locked_trials(month, {site.trial_id for site in sites})
    by_site = {}
    for site in sites:
        report = reports.get(site.pk)
        by_site[site.pk] = MonthlyReportInput(
            month=month,
            due_on=due_on,
            was_open=site.pk in open_in_month,
            people_in_study=0 if site.has_ended else people_in_study(report),
            is_reported=report is not None and report.month >= month,
            is_locked=site.trial_id in locked,
            last_reported=report.month if report else None,
        )
    return by_site


def _sites_open_in(month: PartialDate, ids: Sequence[int]) -> set[int]:
    """The ids of sites that recruited on some day of the month, by their uncorrected status events."""
    events = defaultdict(list)
    uncorrected = StatusEvent.objects.filter(trial_site__in=ids, corrected_by__isnull=True).order_by("as_of", "id")
    for event in uncorrected.values_list("trial_site", "status", "effective_on", "as_of", named=True):
        events[event.trial_site].append(event)
    return {site for site, of_site in events.items() if _is_open_in(month, of_site)}


def _is_open_in(month: PartialDate, events: Iterable) -> bool:
    return any(
        status in OPEN
        and first_day <= month.last_day
        and (following is None or following[1].last_day >= month.first_day)
        for (first_day, _, status), following in pairwise([*status_changes(events), None])
    )


def _latest_reports(ids: Sequence[int]) -> dict[int, EnrollmentReport]:
    """The latest report with at least one count, by site id."""
    has_count = Q(screened__isnull=False) | Q(consented__isnull=False) | Q(enrolled__isnull=False)
    has_count |= Q(withdrawn__isnull=False) | Q(completed__isnull=False)
    reports = EnrollmentReport.objects.filter(has_count, trial_site__in=ids).order_by("trial_site_id", "-month")
    return {report.trial_site_id: report for report in reports.distinct("trial_site_id")}


def _locked_trials(month: PartialDate, trials: Iterable[int]) -> set[int]:
    locks = MonthLock.objects.filter(trial__in=trials, month=month, unlocked_at__isnull=True)
    return set(locks.order_by().values_list("trial", flat=True))


def _trials_with_enrollment_data(trials: Iterable[int]) -> set[int]:
    """The ids of trials with an enrollment report or a target at some site."""
    reported = EnrollmentReport.objects.filter(trial_site__trial=OuterRef("pk"))
    with_target = TrialSite.objects.filter(trial=OuterRef("pk"), enrollment_target__isnull=False)
    with_data = Trial.objects.filter(Exists(reported) | Exists(with_target), pk__in=trials)
    return set(with_data.order_by().values_list("pk", flat=True))
