"""Cumulative enrollment of trials by month, summed by the database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from common.partial_dates import PartialDate
from sites.enrollment.parsing import add_months

#: A site without a report counts with its last figure: the total of a month is the sum of all changes up to it.
_CHANGES_SQL = """
    SELECT trial_id, month, SUM(change)
    FROM (
        SELECT site.trial_id, report.month,
            report.enrolled - LAG(report.enrolled, 1, 0) OVER (PARTITION BY site.id ORDER BY report.month) AS change
        FROM sites_enrollmentreport report JOIN sites_trialsite site ON site.id = report.trial_site_id
        WHERE site.trial_id = ANY(%s) AND report.enrolled IS NOT NULL
    ) changes
    GROUP BY trial_id, month ORDER BY trial_id, month
"""
#: The size of a sparkline in SVG units.
WIDTH, HEIGHT = 100, 24


@dataclass(frozen=True, slots=True)
class EnrollmentTotals:
    """The cumulative number enrolled in a trial at the end of each month, from the first report to the last."""

    months: tuple[PartialDate, ...]
    values: tuple[int, ...]

    @property
    def latest(self) -> int:
        return self.values[-1]

    @property
    def text(self) -> str:
        """The series in words, for readers who do not see the sparkline."""
        first, last = self.months[0].as_text(), self.months[-1].as_text()
        return f"Enrolled: {self.values[0]:,} in {first}, {self.latest:,} in {last}"

    @property
    def points(self) -> str:
        """The points of the sparkline, from zero to the greatest value; blank for a single month."""
        if len(self.values) < 2:
            return ""
        top, step = max(1, *self.values), WIDTH / (len(self.values) - 1)
        return " ".join(
            f"{number * step:.1f},{HEIGHT - 1 - value / top * (HEIGHT - 2):.1f}"
            for number, value in enumerate(self.values)
        )


def enrollment_totals(trial_ids: Collection[int]) -> dict[int, EnrollmentTotals]:
    """The totals by trial id; only trials with a report. One query."""
    changes: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES_SQL, [list(trial_ids)])
        for trial, month, change in cursor.fetchall():
            changes.setdefault(trial, {})[month] = int(change)
    return {trial: _accumulate(by_month) for trial, by_month in changes.items()}


def _accumulate(changes: dict[str, int]) -> EnrollmentTotals:
    months = list(_months_between(min(changes), max(changes)))
    values, total = [], 0
    for month in months:
        total += changes.get(month, 0)
        values.append(total)
    return EnrollmentTotals(tuple(months), tuple(values))


def _months_between(first: str, last: str) -> Iterable[PartialDate]:
    month = PartialDate(first)
    while month <= last:
        yield month
        month = add_months(month, 1)
