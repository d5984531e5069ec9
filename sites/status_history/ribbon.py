"""How many sites were in each status at the end of each month: a stacked area and its table. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from common.charts import Chart, Column
from common.charts.svg import ALERT, FORECAST, INK, MUTED, PLAN, number_axis, time_axis
from common.enum_labels import choice_label
from sites.choices import STATUS_ORDER
from sites.choices import SiteStatus as Status
from sites.status_timeline import status_changes

MONTHS = 24
#: Status → colour and opacity: the hues of its badge; statuses of one hue differ in strength.
_COLOURS = {
    Status.RECRUITING: ("var(--open)", 0.9), Status.AVAILABLE: ("var(--open)", 0.6),
    Status.ENROLLING_BY_INVITATION: (PLAN, 0.55), Status.NOT_YET_RECRUITING: (PLAN, 0.9),
    Status.SUSPENDED: ("var(--paused)", 0.8), Status.ACTIVE_NOT_RECRUITING: (FORECAST, 0.8),
    Status.COMPLETED: (MUTED, 0.6), Status.TERMINATED: (ALERT, 0.85), Status.WITHDRAWN: (ALERT, 0.5),
}  # fmt: skip


def month_ends(today: date, *, count: int = MONTHS) -> list[date]:
    """The last days of the months up to this one, which ends today."""
    ends = [today]
    while len(ends) < count:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]


def ribbon_chart(histories: Iterable[Iterable], *, today: date) -> Chart | None:
    """From the uncorrected events of each site; None for fewer than two months with a known status."""
    days = month_ends(today)
    counts = [Counter() for _ in days]
    for events in histories:
        changes = status_changes(events)
        first_days = [first for first, _, _ in changes]
        for day, counter in zip(days, counts, strict=True):
            if index := bisect_right(first_days, day):
                counter[changes[index - 1][2]] += 1
    statuses = [status for status in STATUS_ORDER if status in _COLOURS and any(one[status] for one in counts)]
    rows = [
        {"month": day} | {str(status.value): counter[status] for status in statuses}
        for day, counter in zip(days, counts, strict=True)
    ]
    while rows and not any(rows[0][status.value] for status in statuses):
        rows.pop(0)
    return _chart(rows, statuses) if len(rows) > 1 and statuses else None


def _chart(rows: Sequence[dict], statuses: Sequence[Status]) -> Chart:
    labels = {status.value: choice_label(status.value, "SiteStatus") for status in statuses}
    texts = "{" + ", ".join(f"'{code}': '{label}'" for code, label in labels.items()) + "}"
    codes = list(labels)
    colours = {"domain": codes, "range": [_COLOURS[status][0] for status in statuses]}
    strengths = {"domain": codes, "range": [_COLOURS[status][1] for status in statuses]}
    legend = {"title": None, "orient": "bottom", "columns": 2, "labelExpr": f"{texts}[datum.value]", "labelLimit": 0,
              "symbolType": "square", "symbolStrokeWidth": 0}  # fmt: skip
    order = f"indexof([{', '.join(repr(code) for code in codes)}], datum.status)"
    area = {
        "transform": [{"fold": codes, "as": ["status", "sites"]}, {"calculate": order, "as": "rank"}],
        "mark": {"type": "area", "interpolate": "step-before", "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            "x": time_axis("month", "End of month"),
            "y": number_axis("sites", "Sites") | {"stack": "zero"},
            "color": {"field": "status", "type": "nominal", "scale": colours, "legend": legend},
            "fillOpacity": {"field": "status", "type": "nominal", "scale": strengths, "legend": legend},
            "order": {"field": "rank"},
        },
    }
    last = rows[-1]
    now = "; ".join(f"{label}: {last[code]:,}" for code, label in labels.items() if last[code])
    return Chart(
        name="ribbon",
        title="Sites by status over time",
        description=f"Today: {now}.",
        columns=[Column("month", "End of month"), *(Column(code, label) for code, label in labels.items())],
        rows=rows,
        specification={"layer": [area]},
        height=260,
        caption="Sites whose status is known, as in force at the end of each month; the last month ends today.",
    )
