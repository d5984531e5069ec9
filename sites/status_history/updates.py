"""The calendar of a year's updates: each day's changes of status and confirmations, as a picture and a table. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.charts import Chart, Column
from common.charts.svg import ACTUAL, LINE, time_axis

DAYS = 364  # 52 weeks
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Updates of a day from which a cell is stronger.
STEPS = (2, 5, 10)


@dataclass(frozen=True, slots=True)
class DayOfUpdates:
    """The day on which a change became known, or on which a site was confirmed."""

    on: date
    is_confirmation: bool


def updates_chart(updates: Iterable[DayOfUpdates], *, today: date) -> Chart | None:
    """The last 52 weeks, the current one included; None without an update in them."""
    first = today - timedelta(days=today.weekday() + DAYS - 7)
    counts = Counter((one.on, one.is_confirmation) for one in updates if first <= one.on <= today)
    rows = [_row(day, counts) for day in sorted({day for day, _ in counts})]
    if not rows:
        return None
    changes, confirmations = (sum(row[name] for row in rows) for name in ("changes", "confirmations"))
    busiest = max(rows, key=lambda row: row["total"])
    return Chart(
        name="updates",
        title="Updates of the last 52 weeks by day",
        description=f"{changes:,} changes and {confirmations:,} confirmations on {len(rows):,} days. Most on "
        f"{busiest['day']:%-d %B %Y}: {busiest['total']:,}.",
        columns=[
            Column("day", "Day"), Column("weekday", "Weekday"), Column("changes", "Changes"),
            Column("confirmations", "Confirmations"), Column("total", "Updates"),
        ],
        rows=rows,
        specification={"layer": _layers(first, today)},
        height=190,
        caption="Each column is a week, each cell a day; the stronger, the more updates (1, from 2, from 5, from 10). "
        "A status is counted on the day on which it became known.",
    )  # fmt: skip


def _row(day: date, counts: Counter) -> dict:
    changes, confirmations = counts[day, False], counts[day, True]
    return _cell(day) | {"changes": changes, "confirmations": confirmations, "total": changes + confirmations}


def _cell(day: date) -> dict:
    monday = day - timedelta(days=day.weekday())
    return {"day": day, "weekday": WEEKDAYS[day.weekday()], "week": monday, "week_end": monday + timedelta(days=7)}


def _layers(first: date, today: date) -> Sequence[dict]:
    """Every day as an empty cell, and those with updates over them."""
    last = first + timedelta(days=DAYS)
    x = time_axis("week", "Week")
    x["scale"] = x["scale"] | {"domain": [first.isoformat(), last.isoformat()]}
    x["axis"] = x["axis"] | {"format": "%b", "tickCount": "month"}
    y = {"field": "weekday", "type": "ordinal", "sort": WEEKDAYS, "title": None, "scale": {"domain": WEEKDAYS}}
    encoding = {"x": x, "x2": {"field": "week_end"}, "y": y}
    days = [_cell(first + timedelta(days=number)) for number in range((today - first).days + 1)]
    empty = [{name: str(cell[name]) for name in ("weekday", "week", "week_end")} for cell in days]
    mark = {"type": "rect", "stroke": "var(--paper)", "strokeWidth": 1}
    strength = {
        "field": "total", "type": "quantitative", "title": "Updates on a day", "legend": None,
        "scale": {"type": "threshold", "domain": list(STEPS), "range": [0.35, 0.55, 0.75, 1]},
    }  # fmt: skip
    return [
        {"data": {"values": empty}, "mark": mark | {"color": LINE, "opacity": 0.5}, "encoding": encoding},
        {"mark": mark | {"color": ACTUAL}, "encoding": encoding | {"opacity": strength}},
    ]
