"""How long sites stay in each status: Kaplan-Meier quartiles, in which statuses still in force count as censored.

Days begin with the first day of a date that is known by month or year only. Pure.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from common.charts import Chart, Column
from common.charts.svg import ACTUAL, INK
from common.enum_labels import choice_label
from sites.choices import ENDED, STATUS_ORDER, SiteStatus
from sites.milestones.funnel import quartiles
from sites.status_timeline import status_changes

#: The statuses in the order of their columns; final ones have no end.
MEASURED = [status for status in STATUS_ORDER if status in SiteStatus.values and status not in ENDED]


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """One status of a site from its first day, for so many days; `is_current` where it is in force."""

    status: str
    days: int
    is_current: bool


def status_periods(events, *, today: date) -> list[StatusPeriod]:
    """The periods of a site, from uncorrected events in the order they became known; none of later days."""
    changes = [(first, status) for first, _, status in status_changes(events) if first <= today]
    ended = [StatusPeriod(status, (end - first).days, False) for (first, status), (end, _) in pairwise(changes)]
    return ended + [StatusPeriod(status, (today - first).days, True) for first, status in changes[-1:]]


def site_days(periods: Sequence[StatusPeriod]) -> Mapping[str, int]:
    """The days of one site in each status, several periods added."""
    days: dict[str, int] = defaultdict(int)
    for period in periods:
        days[period.status] += period.days
    return days


def durations_chart(periods: Sequence[StatusPeriod]) -> Chart | None:
    """Quartiles of the days in each status that is not final; None without a status."""
    rows = [row for status in MEASURED if (row := _row(status, [one for one in periods if one.status == status]))]
    if not rows:
        return None
    y = {"field": "status", "type": "nominal", "title": None, "axis": {"labelLimit": 170},
         "scale": {"domain": [row["status"] for row in rows]}}  # fmt: skip
    longest = max(1, *(round(1.2 * (row[name] or 0)) for row in rows for name in ("lower", "median", "upper")))
    x = {
        "field": "lower", "type": "quantitative", "title": "Days in the status",
        "scale": {"domain": [0, longest], "nice": False}, "axis": {"tickCount": 5, "format": ",d"},
    }  # fmt: skip
    band = {
        "transform": [
            {"filter": "isValid(datum.lower)"},
            {"calculate": f"isValid(datum.upper) ? datum.upper : {longest}", "as": "end"},
        ],
        "mark": {"type": "bar", "color": ACTUAL, "height": {"band": 0.6}},
        "encoding": {
            "x": x,
            "x2": {"field": "end"},
            "y": y,
            "opacity": {"condition": {"test": "isValid(datum.upper)", "value": 0.4}, "value": 0.18},
        },
    }
    median = {
        "transform": [{"filter": "isValid(datum.median)"}],
        "mark": {"type": "tick", "color": INK, "thickness": 3, "size": 22},
        "encoding": {"x": x | {"field": "median"}, "y": y},
    }
    return Chart(
        name="durations",
        title="Time in each status",
        description="; ".join(_sentence(row) for row in rows) + ".",
        columns=[
            Column("status", "Status"), Column("lower", "Lower quartile of days"), Column("median", "Median days"),
            Column("upper", "Upper quartile of days"), Column("ended", "Ended"), Column("current", "In force"),
        ],
        rows=rows,
        specification={"layer": [band, median]},
        height=50 + 34 * len(rows),
        caption="Bar: from the lower to the upper quartile of days; paler, up to the edge, where the upper one is not "
        "yet known. Line: the median. Statuses still in force count with their days so far (Kaplan-Meier); at least "
        "three must have ended.",
    )  # fmt: skip


def _row(status: str, periods: Sequence[StatusPeriod]) -> dict | None:
    if not periods:
        return None
    ended = [one.days for one in periods if not one.is_current]
    current = [one.days for one in periods if one.is_current]
    days = quartiles(ended, current)
    return {
        "status": choice_label(status, "SiteStatus"), "lower": days.lower, "median": days.median, "upper": days.upper,
        "ended": len(ended), "current": len(current),
    }  # fmt: skip


def _sentence(row: Mapping) -> str:
    known = "median not known" if row["median"] is None else f"median {row['median']:,} days"
    return f"{row['status']}: {known}"
