"""The pictures of the enrollment overview: all sites against the plan, and small multiples by country or site."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from common.charts import Chart, Column, area, facets, line, rule, text_label
from common.charts.svg import ACTUAL, MAX_PANELS, PLAN, number_axis, time_axis
from common.partial_dates import PartialDate
from sites.enrollment.overview import Overview
from sites.enrollment.parsing import add_months, month_of
from sites.enrollment.plan import SitePlan, planned_by

LONGEST_PLAN = 36  # months drawn after the last report


def progress_chart(overview: Overview, plans: Mapping[int, SitePlan], *, is_filtered: bool) -> Chart | None:
    """Actual and planned totals by month; None for fewer than two months of reports."""
    totals = overview.monthly_totals
    if len(totals) < 2:
        return None
    shows_plan = overview.count == "enrolled"
    rows = [{"month": total.month.last_day, "actual": total.value, "sites": total.reporting_sites} for total in totals]
    if shows_plan:
        rows += [{"month": month.last_day} for month in _months_of_plan(totals[-1].month, plans)]
        for row, planned in zip(rows, planned_by(plans.values(), [row["month"] for row in rows]), strict=True):
            row["planned"] = planned if plans else None
    target = overview.target if shows_plan else None
    heading = "enrollment" if shows_plan else overview.count
    return Chart(
        name="progress",
        title=f"Cumulative {heading}, {'sites shown' if is_filtered else 'all sites'}",
        description=_description(totals, target, rows[-1].get("planned"), rows[-1]["month"]),
        columns=[
            Column("month", "Month ending"),
            Column("actual", overview.count.capitalize()),
            *([Column("planned", "Planned")] if shows_plan and plans else []),
            Column("sites", "Sites reporting"),
        ],
        rows=rows,
        specification={"layer": _layers(rows, overview.count, target)},
        caption=_plan_caption(overview, plans) if shows_plan else "",
    )


def _months_of_plan(last: PartialDate, plans: Mapping[int, SitePlan]) -> list[PartialDate]:
    """The months after `last` until the plan ends, at most `LONGEST_PLAN`."""
    end = max((month_of(plan.ends_on) for plan in plans.values()), default=last)
    months = [add_months(last, step) for step in range(1, LONGEST_PLAN + 1)]
    return [month for month in months if month <= end]


def _layers(rows: Sequence[dict], count: str, target: int | None) -> list[dict]:
    """Plan and actual lines with their last values, and the target."""
    x, y = time_axis("month", "End of month"), number_axis("actual", "Participants")
    planned = y | {"field": "planned"}
    layers = [area(x, y, color=ACTUAL), line(x, y, color=ACTUAL)]
    last = [row for row in rows if row.get("actual") is not None][-1]
    layers.append(_end_label(last, "actual", f"{last['actual']:,} {count}", ACTUAL, x, y, dy=-10))
    if rows[-1].get("planned") is not None:
        layers.insert(1, line(x, planned, color=PLAN, dash=(2, 3)))
    if target is not None:
        label = [{"month": rows[0]["month"].isoformat(), "target": target, "text": f"Target {target:,}"}]
        on_target = y | {"field": "target"}
        layers.append(rule({"y": on_target}, color=PLAN, values=label))
        encoding = {"x": x, "y": on_target, "text": {"field": "text"}}
        layers.append(text_label(encoding, values=label, align="left", dy=12, dx=2, color=PLAN))
    return layers


def _end_label(row: dict, field: str, text: str, color: str, x: dict, y: dict, *, dy: int) -> dict:
    """The text at the last value of a line, inside the plot."""
    values = [{"month": row["month"].isoformat(), field: row[field], "text": text}]
    encoding = {"x": x, "y": y | {"field": field}, "text": {"field": "text"}}
    return text_label(encoding, values=values, align="right", dy=dy, color=color)


def _description(totals: Sequence, target: int | None, planned: int | None, planned_on: date) -> str:
    first, last = totals[0], totals[-1]
    text = f"From {first.value:,} in {first.month.as_text()} to {last.value:,} in {last.month.as_text()}."
    if target is not None:
        text += f" The target is {target:,}."
    if planned:
        text += f" The plan reaches {planned:,} by {planned_on:%B %Y}."
    return text


def _plan_caption(overview: Overview, plans: Mapping[int, SitePlan]) -> str:
    if not plans:
        return "No plan is drawn: it needs targets, planned activations, and a planned last participant or completion."
    without_plan = overview.site_count - len(plans)
    no_plan_text = f" {without_plan} site{'s have' if without_plan != 1 else ' has'} no plan." if without_plan else ""
    return f"Solid: reported. Dotted: plan, each site's target spread evenly over its planned time.{no_plan_text}"


@dataclass(frozen=True, slots=True)
class Panels:
    """Small multiples, and how many groups did not fit."""

    chart: Chart
    not_shown: int
    group: str


def panels_chart(overview: Overview, plans: Mapping[int, SitePlan], *, by: str) -> Panels | None:
    """One panel for each `country` or `site`, those with most participants first; None without reports."""
    groups = overview.groups(by)
    latest = Counter({name: totals[-1].value for name, totals in groups.items()})
    drawn = sorted(latest, key=lambda name: (-latest[name], name))[:MAX_PANELS]
    if not drawn:
        return None
    plans_of = defaultdict(list)
    for site, plan in plans.items():
        plans_of[overview.group_of(site, by)].append(plan)
    rows = [row for name in drawn for row in _panel_rows(name, groups[name], plans_of[name], overview.count)]
    heading = "enrollment" if overview.count == "enrolled" else overview.count
    chart = Chart(
        name="panels",
        title=f"Cumulative {heading} by {by}",
        description=f"{len(drawn)} panels. " + "; ".join(f"{name}: {latest[name]:,}" for name in drawn) + ".",
        columns=[
            Column("group", by.capitalize()), Column("month", "Month ending"),
            Column("actual", overview.count.capitalize()),
            *([Column("planned", "Planned")] if any(row["planned"] is not None for row in rows) else []),
        ],
        rows=rows,
        specification=facets(_panel_layers(), by="group", order=drawn),
        height=90,
        caption="Solid: reported. Dotted: plan. All panels have the same axes.",
    )  # fmt: skip
    return Panels(chart, len(latest) - len(drawn), "countries" if by == "country" else "sites")


def _panel_rows(name: str, totals: Sequence, plans: Sequence[SitePlan], count: str) -> list[dict]:
    planned: list = [None] * len(totals)
    if plans and count == "enrolled":
        planned = planned_by(plans, [total.month.last_day for total in totals])
    rows = [
        {"group": name, "month": total.month.last_day, "actual": total.value, "planned": plan}
        for total, plan in zip(totals, planned, strict=True)
    ]
    rows[-1]["last"] = f"{totals[-1].value:,}"
    return rows


def _panel_layers() -> list[dict]:
    x = time_axis("month", "")
    x["axis"] = x["axis"] | {"tickCount": 2, "format": "%m/%y"}
    y = number_axis("actual", "")
    y["axis"] = y["axis"] | {"tickCount": 3}
    last = text_label({"x": x, "y": y, "text": {"field": "last"}}, align="right", dy=-9, color=ACTUAL)
    return [line(x, y | {"field": "planned"}, color=PLAN, dash=(2, 3)), line(x, y, color=ACTUAL), last]
