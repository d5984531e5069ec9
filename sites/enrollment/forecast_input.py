"""Reads what the forecast needs of a trial's sites: counts, time open, planned openings, and delays of past ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import QuerySet

from common.partial_dates import PartialDate
from sites.choices import ENDED, OPEN, ActivationStage
from sites.enrollment.forecast import ForecastInput, SiteHistory
from sites.models import EnrollmentReport, Milestone, StatusEvent, TrialSite
from sites.status_timeline import status_changes

DAYS_OF_A_MONTH = 30.4375
NO_ENROLLMENT_DAYS = 90
MONTHS_BEHIND = 3  # a site that has not reported for longer is taken to have enrolled for so long since


@dataclass(frozen=True, slots=True)
class SiteWithoutEnrollment:
    """A site that is open for `days` and has enrolled nobody by its last report."""

    site: TrialSite
    days: int


@dataclass(frozen=True, slots=True)
class TrialHistory:
    """The input of the forecast; `origin` is the end of the last reported month."""

    inputs: ForecastInput
    origin: date
    sites_without_enrollment: Sequence[SiteWithoutEnrollment]


def trial_history(sites: QuerySet[TrialSite], *, target: int | None, until: str = "9999-12") -> TrialHistory | None:
    """What was reported up to a month, for all sites; None without a report. Four queries for any number of sites.

    Before the last month, `until` tests the forecast: what is open now then counts as open at that month.
    """
    reports = _reports(sites, until)
    if not reports:
        return None
    origin = max(max(months) for months in reports.values()).last_day
    events, activations = _status_steps(sites), _activations(sites)
    histories, openings, without_enrollment = [], [], []
    for site in sites:
        opened = _opened_on(events.get(site.pk, []), reports.get(site.pk), origin)
        if opened:
            history = _site_history(site, events.get(site.pk, []), reports.get(site.pk, {}), opened, origin)
            histories.append(history)
            days = (origin - opened).days
            if history.is_open and history.months_open and not history.enrolled and days >= NO_ENROLLMENT_DAYS:
                without_enrollment.append(SiteWithoutEnrollment(site, days))
        elif site.status not in ENDED and (planned := activations.get(site.pk)):
            expected_on = planned.forecast_on or planned.planned_on
            if expected_on:
                openings.append((expected_on - origin).days / DAYS_OF_A_MONTH)
    delays = [
        (row.actual_on - row.planned_on).days / DAYS_OF_A_MONTH
        for row in activations.values()
        if row.actual_on and row.planned_on and row.actual_on <= origin
    ]
    inputs = ForecastInput(tuple(histories), tuple(sorted(openings)), tuple(sorted(delays)), target)
    return TrialHistory(inputs, origin, without_enrollment)


def _site_history(
    site: TrialSite, steps: Sequence, reports: Mapping[PartialDate, int], opened: date, origin: date
) -> SiteHistory:
    """A site without a report counts as open for no time: its rate is that of all sites."""
    is_open = _is_open(steps, origin, default=site.status in OPEN)
    if not reports:
        return SiteHistory(0, 0.0, is_open)
    last = max(reports)
    days = _days_open(steps, last.last_day) or (last.last_day - opened).days
    behind = min((origin - last.last_day).days / DAYS_OF_A_MONTH, MONTHS_BEHIND) if is_open else 0.0
    return SiteHistory(reports[last], max(days, 1) / DAYS_OF_A_MONTH, is_open, behind)


def _reports(sites: QuerySet, until: str) -> dict[int, dict[PartialDate, int]]:
    counts: dict[int, dict[PartialDate, int]] = defaultdict(dict)
    reports = EnrollmentReport.objects.filter(
        trial_site__in=sites.order_by().values("pk"), enrolled__isnull=False, month__lte=until
    )
    for site, month, enrolled in reports.order_by().values_list("trial_site", "month", "enrolled"):
        counts[site][month] = enrolled
    return counts


def _status_steps(sites: QuerySet) -> dict[int, list[tuple[date, str]]]:
    """The statuses of each site with the day from which they were in force, in order."""
    events_by_site = defaultdict(list)
    events = StatusEvent.objects.filter(trial_site__in=sites.order_by().values("pk"), corrected_by__isnull=True)
    in_order = events.order_by("as_of", "id")
    for event in in_order.values_list("trial_site", "status", "effective_on", "as_of", named=True):
        events_by_site[event.trial_site].append(event)
    return {
        site: [(first_day, status) for first_day, _, status in status_changes(of_site)]
        for site, of_site in events_by_site.items()
    }


def _activations(sites: QuerySet) -> dict[int, Milestone]:
    rows = Milestone.objects.filter(
        trial_site__in=sites.order_by().values("pk"), stage=ActivationStage.ACTIVATED
    ).order_by()
    return {row.trial_site_id: row for row in rows}


def _opened_on(steps: Sequence, reports: Mapping[PartialDate, int] | None, origin: date) -> date | None:
    """The first day in an open status, or of the first reported month; None where neither lies before the origin."""
    days = [day for day, status in steps if status in OPEN]
    if not days and reports:
        days = [min(reports).first_day]
    return min((day for day in days if day <= origin), default=None)


def _is_open(steps: Sequence, day: date, *, default: bool) -> bool:
    known = [status for since, status in steps if since <= day]
    return known[-1] in OPEN if known else default


def _days_open(steps: Sequence, until: date) -> int:
    end = until + timedelta(days=1)
    return sum(
        max(0, (min(following[0] if following else end, end) - since).days)
        for (since, status), following in pairwise([*steps, None])
        if status in OPEN
    )
