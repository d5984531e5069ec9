"""The enrollment reports of sites by month, for pages and as inputs of the rules."""

from collections import defaultdict
from collections.abc import Iterable

from sites.models import EnrollmentReport, MonthLock, TrialSite
from sites.rules import CUMULATIVE, Counts, EnrollmentInput


class ReportedCounts:
    """Reports by site and month, and locked months; two queries. Unsaved reports can be added with `put`."""

    def __init__(self, sites: Iterable[TrialSite]):
        self._trials = {site.pk: site.trial_id for site in sites}
        self._months: dict[int, dict[str, EnrollmentReport]] = defaultdict(dict)
        for report in EnrollmentReport.objects.filter(trial_site__in=self._trials).order_by("month"):
            self.put(report)
        locks = MonthLock.objects.filter(trial__in=set(self._trials.values()), unlocked_at__isnull=True)
        self._locked = set(locks.order_by().values_list("trial_id", "month"))

    def put(self, report: EnrollmentReport) -> None:
        self._months[report.trial_site_id][report.month] = report

    def get(self, site_id: int, month: str) -> EnrollmentReport | None:
        return self._months[site_id].get(month)

    def months(self, site_id: int) -> list[str]:
        return sorted(self._months[site_id])

    def before(self, site_id: int, month: str) -> EnrollmentReport | None:
        """The last report of an earlier month."""
        earlier = [other for other in self.months(site_id) if other < month]
        return self._months[site_id][earlier[-1]] if earlier else None

    def is_locked(self, site_id: int, month: str) -> bool:
        return (self._trials[site_id], month) in self._locked

    def rule_input(self, report: EnrollmentReport) -> EnrollmentInput:
        """The input of the enrollment rules for a report, with those of the other months."""
        reports = self._months[report.trial_site_id]
        months = self.months(report.trial_site_id)
        later = next((reports[month] for month in months if month > report.month), None)
        return EnrollmentInput(
            counts=counts_of(report),
            earlier=[counts_of(reports[month]) for month in months if month < report.month],
            reason=report.reason,
            later=counts_of(later) if later and not later.reason.strip() else {},
            month=report.month,
            is_locked=self.is_locked(report.trial_site_id, report.month),
        )


def counts_of(report: EnrollmentReport) -> Counts:
    return {name: getattr(report, name) for name in CUMULATIVE}
