"""The dates of a trial as a picture: each with its symbol, colour and word for its certainty. Pure."""

from collections.abc import Sequence
from datetime import date

from common.charts import Chart, Column
from common.charts.svg import ACTUAL, ALERT, MUTED, PLAN, rule, text_label, time_axis
from trials.page.timeline import DateCertainty, TimelineEntry

#: Certainty → word, colour and symbol. The registry's own dates are facts of its processing.
_LOOKS = {
    DateCertainty.ACTUAL: ("Done", ACTUAL, "circle"),
    DateCertainty.UNQUALIFIED: ("Posted", MUTED, "square"),
    DateCertainty.ESTIMATED: ("Expected", PLAN, "diamond"),
    DateCertainty.PASSED: ("Date passed, not confirmed", ALERT, "triangle-up"),
}
#: The labels of the registry's dates in the picture.
_DRAWN = ("First posted", "Results first posted", "Last update posted")


def timeline_chart(entries: Sequence[TimelineEntry], *, today: date) -> Chart | None:
    """The study's dates and the registry's postings, oldest first; None for fewer than two."""
    drawn = [one for one in entries if one.is_study_date or one.label in _DRAWN]
    if len(drawn) < 2:
        return None
    days = [today, *(one.on.first_day for one in drawn)]
    middle = min(days) + (max(days) - min(days)) / 2
    rows = [
        {
            "label": one.label, "day": one.on.first_day, "on": one.on.as_text(), "state": _LOOKS[one.certainty][0],
            "side": "left" if one.on.first_day <= middle else "right",
        }
        for one in drawn
    ]  # fmt: skip
    return Chart(
        name="milestones",
        title="Milestones",
        description="; ".join(f"{row['label']}: {row['on']}, {str(row['state']).lower()}" for row in rows) + ".",
        columns=[Column("label", "Milestone"), Column("on", "Date"), Column("state", "State")],
        rows=rows,
        specification={"layer": _layers(rows, today)},
        height=60 + 52 * len(rows),
        caption="Circle: done; diamond: expected; triangle: the date has passed and is not confirmed; square: posted "
        "by the registry. Dashed line: today. A date known by month stands at its first day.",
    )


def _layers(rows: Sequence[dict], today: date) -> list[dict]:
    x = time_axis("day", "")
    y = {"field": "label", "type": "nominal", "axis": None, "scale": {"domain": [row["label"] for row in rows]}}
    words = [word for word, _, _ in _LOOKS.values()]
    colour = {"domain": words, "range": [colour for _, colour, _ in _LOOKS.values()]}
    symbol = {"domain": words, "range": [symbol for _, _, symbol in _LOOKS.values()]}
    points = {
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {
            "x": x, "y": y,
            "color": {"field": "state", "type": "nominal", "scale": colour, "legend": None},
            "shape": {"field": "state", "type": "nominal", "scale": symbol, "legend": None},
        },
    }  # fmt: skip
    now = rule({"x": x}, color=MUTED, values=[{"day": today.isoformat()}])
    return [now, points, _labels(x, y, "left"), _labels(x, y, "right")]


def _labels(x: dict, y: dict, side: str) -> dict:
    """Name, date and word above the symbols on one side of the picture, so that they stay inside it."""
    text = "[datum.label, datum.on + ' · ' + lower(datum.state)]"
    mark = {"align": side, "baseline": "bottom", "dy": -24, "dx": -6 if side == "left" else 6, "lineHeight": 14}
    layer = text_label({"x": x, "y": y, "text": {"field": "text"}}, **mark)
    transform = [{"filter": f"datum.side == '{side}'"}, {"calculate": text, "as": "text"}]
    return layer | {"transform": transform}
