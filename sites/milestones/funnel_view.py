"""The activation funnel as the page of a trial shows it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from common.charts import Chart, Column, text_label
from common.charts.theme import ACTUAL
from sites.milestones.funnel import (
    STAGES,
    CountryProgress,
    FunnelStep,
    SiteProgress,
    WaitingSite,
    by_country,
    funnel_steps,
    waiting_sites,
)  # fmt: skip
from sites.models import Milestone, TrialSite

MAX_WAITING = 20
_SHORT = dict(
    zip(STAGES, ("Selected", "Ethics", "Contract", "Initiation visit", "Activated", "First participant"), strict=True)
)


@dataclass(frozen=True, slots=True)
class FunnelView:
    """Stages with counts and durations, countries, and the sites that wait longest."""

    chart: Chart
    stages: Sequence
    countries: Sequence[CountryProgress]
    waiting: Sequence[tuple[TrialSite, WaitingSite]]
    more_waiting: int


def funnel_view(sites: QuerySet[TrialSite], *, today: date) -> FunnelView | None:
    """None without an actual milestone. Two queries for any number of sites."""
    rows = {site.pk: site for site in sites}
    reached: dict[int, dict[str, date]] = defaultdict(dict)
    milestones = Milestone.objects.filter(trial_site__in=sites.order_by().values("pk"), stage__in=STAGES)
    for pk, stage, day in milestones.exclude(actual_on=None).values_list("trial_site", "stage", "actual_on"):
        reached[pk][stage] = day
    if not reached:
        return None
    progress = [
        SiteProgress(pk, site.facility.country or "Country not known", reached[pk], site.has_ended)
        for pk, site in rows.items()
    ]
    steps = funnel_steps(progress, today=today)
    waiting = waiting_sites(progress, steps, today=today)
    shown = [(rows[site.key], site) for site in waiting[:MAX_WAITING]]
    labels = [_SHORT[stage] for stage in STAGES]
    return FunnelView(_chart(steps), labels, by_country(progress, today=today), shown, len(waiting) - len(shown))


def _chart(steps: Sequence[FunnelStep]) -> Chart:
    """Sites by stage reached, with the days since the stage before in the table and at the bars."""
    rows = [
        {
            "stage": _SHORT[step.stage], "sites": step.reached, "waiting": step.waiting,
            "lower": step.days.lower, "median": step.days.median, "upper": step.days.upper,
            "label": f"{step.reached:,}" + ("" if step.days.median is None else f" · {step.days.median:,} days"),
        }
        for step in steps
    ]  # fmt: skip
    y = {"field": "stage", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 140}}
    most = max(row["sites"] for row in rows)
    x = {
        "field": "sites", "type": "quantitative", "title": "Sites that reached the stage",
        "scale": {"domain": [0, max(1, round(most * 1.35))]},
        "axis": {"tickMinStep": 1, "tickCount": 5, "format": ",d"},
    }  # fmt: skip
    bars = {"mark": {"type": "bar", "color": ACTUAL, "opacity": 0.35}, "encoding": {"x": x, "y": y}}
    label = text_label({"x": x, "y": y, "text": {"field": "label"}}, align="left", dx=6)
    return Chart(
        name="funnel",
        title="Sites by stage reached",
        description="; ".join(f"{row['stage']}: {row['sites']}" for row in rows) + ".",
        columns=[
            Column("stage", "Stage"), Column("sites", "Sites that reached it"), Column("waiting", "Sites waiting"),
            Column("lower", "Lower quartile of days"), Column("median", "Median days"),
            Column("upper", "Upper quartile of days"),
        ],
        rows=rows,
        specification={"layer": [bars, label]},
        caption="Days: the median time since the stage before, sites still under way included (Kaplan-Meier).",
    )  # fmt: skip
