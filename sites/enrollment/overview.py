"""A small curve of cumulative counts, as the points of an inline SVG. Pure.

Months and sites of a trial at a glance: one count of each, totals, the share of the target, and the curve of all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from common.partial_dates import PartialDate
from sites.enrollment.parsing import add_months, month_of, months_until
from sites.models import EnrollmentReport, MonthLock, TrialSite
from trials.models import Trial

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Curve:
    """`line` and `area` are SVG points; `target_y` is where the target lies; `words` say what the picture shows."""

    line: str
    area: str
    target_y: float | None
    description: str
    first: PartialDate
    last: PartialDate
    top: int


def build_curve(points: Sequence[tuple[PartialDate, int]], *, target: int | None) -> Curve | None:
    """None for fewer than two months, which make no curve."""
    if len(points) < 2:
        return None
    top = max(1, target or 0, *(value for _, value in points))
    step = WIDTH / (len(points) - 1)
    line = " ".join(f"{place * step:.1f},{_height(value, top)}" for place, (_, value) in enumerate(points))
    (first, began), (last, ended) = points[0], points[-1]
    words = f"From {began} in {first.as_text()} to {ended} in {last.as_text()}"
    return Curve(
        line,
        f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}",
        None if target is None else _height(target, top),
        f"{words}; the target is {target}." if target is not None else f"{words}.",
        first,
        last,
        top,
    )


def _height(value: int, top: int) -> float:
    return round(HEIGHT - value / top * (HEIGHT - 4), 1)


MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A site: its count in each month that is shown, and the last one known."""

    site: TrialSite
    values: Sequence[tuple[PartialDate, int | None]]
    latest: int | None

    @property
    def percent(self) -> int | None:
        return percent(self.latest, self.site.enrollment_target)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of what is known up to a month (None: nothing), and how many sites reported in that very month."""

    month: PartialDate
    value: int | None
    reporting_sites: int


class Overview:
    """One count of the sites in `months`. Three queries, however many sites."""

    def __init__(self, trial: Trial, sites: QuerySet, *, count: str, until: str, today: date):
        self.trial, self.count, self.today = trial, count, today
        self._history = _history(sites, count)
        self._targets = dict(sites.order_by().values_list("pk", "enrollment_target"))
        self.months = months_until(until or self._last_month, MONTHS_SHOWN)
        locks = MonthLock.objects.filter(trial=trial, unlocked_at__isnull=True, month__in=self.months)
        self.locked = set(locks.order_by().values_list("month", flat=True))

    @property
    def _last_month(self) -> str:
        """The last that is over, or a later one that somebody reported."""
        reported = [month for months in self._history.values() for month in months]
        return max([add_months(month_of(self.today), -1), *reported])

    def rows(self, sites: Iterable[TrialSite]) -> list[Row]:
        return [self._row(site) for site in sites]

    def _row(self, site: TrialSite) -> Row:
        known = self._history.get(site.pk, {})
        return Row(site, [(month, known.get(month)) for month in self.months], known[max(known)] if known else None)

    @cached_property
    def monthly_totals(self) -> list[Total]:
        """From the first report to the end of what is shown."""
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
        """Of the sites that have one."""
        known = [target for target in self._targets.values() if target is not None]
        return sum(known) if known else None

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
    def curve(self) -> Curve | None:
        points = [(total.month, total.value) for total in self.monthly_totals]
        return build_curve(points, target=self.target if self.count == "enrolled" else None)


def percent(part: int | None, whole: int | None) -> int | None:
    """None where there is nothing to divide."""
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
    """A site that does not report in a month counts with what it reported last."""
    known: dict[int, int] = {}
    totals, month = [], PartialDate(first)
    by_month = defaultdict(dict)
    for site, months in history.items():
        for told, value in months.items():
            by_month[told][site] = value
    while month <= last:
        known |= by_month[month]
        totals.append(Total(month, sum(known.values()), len(by_month[month])))
        month = add_months(month, 1)
    return totals
