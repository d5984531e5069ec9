"""Reports of the last month that has ended: which sites owe one, which have reported, and the due date.

Counts are cumulative, so a report of a later month covers earlier ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from common.partial_dates import PartialDate
from sites.choices import OPEN
from sites.enrollment.parsing import add_months, month_of
from sites.models import EnrollmentReport, MonthLock, StatusEvent, TrialSite
from sites.rules import MonthlyReportInput, owes_report
from sites.services import people_in_study
from sites.status_timeline import status_changes
from trials.models import Trial


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
