"""The forecast as the enrollment page shows it: charts, dates and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

from django.db.models import QuerySet

from common.charts import Chart, Column, area_between, line, rule, text_label
from common.charts.svg import ACTUAL, FORECAST, PLAN, number_axis, time_axis
from sites.enrollment.backtest import BandResult, band_results
from sites.enrollment.forecast import BANDS, LONGEST, Forecast, Remedy, TooLittleDataError, forecast, remedy
from sites.enrollment.forecast_input import DAYS_OF_A_MONTH, TrialHistory, trial_history
from sites.enrollment.overview import Overview
from sites.enrollment.parsing import add_months, month_of
from sites.enrollment.plan import SitePlan

OLDEST_REPORT_DAYS = 120
SHORTEST_SHOWN, LONGEST_SHOWN = 6, 36
OPACITY = {95: 0.12, 80: 0.16, 50: 0.22}


@dataclass(frozen=True, slots=True)
class ForecastView:
    """The forecast of all sites of a trial that the reader may see; without one, `reason` says why."""

    history: TrialHistory | None = None
    projection: Forecast | None = None
    totals_chart: Chart | None = None
    target_chart: Chart | None = None
    planned_on: date | None = None
    remedy: Remedy | None = None
    reason: str = ""

    @property
    def band_results(self) -> tuple[BandResult, ...]:
        return band_results()

    @property
    def slow_start_results(self) -> tuple[BandResult, ...]:
        return band_results("slow_start")

    @property
    def median_on(self) -> date | None:
        """The day by which half of the simulated paths reach the target; None beyond the forecast."""
        return self._day(0.5)

    @property
    def early_on(self) -> date | None:
        return self._day(0.1)

    @property
    def late_on(self) -> date | None:
        return self._day(0.9)

    @property
    def years(self) -> int:
        return LONGEST // 12

    @property
    def chance_percent(self) -> int | None:
        """The chance of reaching the target by the planned day."""
        month = self._months_to_plan
        return None if month is None else round(100 * self.projection.chance_by(month))

    @property
    def _months_to_plan(self) -> float | None:
        if self.planned_on is None or self.planned_on <= self.history.origin:
            return None
        return (self.planned_on - self.history.origin).days / DAYS_OF_A_MONTH

    def _day(self, share: float) -> date | None:
        months = self.projection.target_quantile(share)
        return None if months == inf else self.history.origin + timedelta(days=round(months * DAYS_OF_A_MONTH))

    @property
    def sites_without_enrollment(self) -> list[tuple]:
        """Sites open for long with nobody enrolled: site, days, and how likely that is for a site like the others."""
        return [
            (row.site, row.days, round(100 * self.projection.prior.chance_of_none(row.days / DAYS_OF_A_MONTH)))
            for row in self.history.sites_without_enrollment
        ]


def forecast_view(sites: QuerySet, overview: Overview, plans: Mapping[int, SitePlan], *, today: date) -> ForecastView:
    """The forecast of these sites, all of a trial that the reader may see."""
    history = trial_history(sites, target=overview.target)
    if history is None:
        return ForecastView(reason="No site has reported enrollment yet.")
    if (today - history.origin).days > OLDEST_REPORT_DAYS:
        reason = f"The last report is of {history.origin:%B %Y}. It needs one of the last {OLDEST_REPORT_DAYS} days."
        return ForecastView(history, reason=reason)
    if not any(site.is_open for site in history.inputs.sites) and not history.inputs.openings:
        return ForecastView(history, reason="No site is open or planned to open.")
    try:
        projection = forecast(history.inputs)
    except TooLittleDataError as error:
        return ForecastView(history, reason=str(error))
    planned_on = max((plan.ends_on for plan in plans.values() if plan.ends_on > today), default=None)
    view = ForecastView(history, projection, planned_on=planned_on)
    if history.inputs.target is None or history.inputs.enrolled >= history.inputs.target:
        return ForecastView(history, projection, _totals_chart(view, overview))
    by_month = view._months_to_plan
    return ForecastView(
        history, projection, _totals_chart(view, overview), _target_chart(view), planned_on,
        remedy(history.inputs, projection, by_month=by_month) if by_month else None,
    )  # fmt: skip


def _months_shown(view: ForecastView) -> int:
    """Until nine of ten paths have reached the target, at least half a year and at most three."""
    late = view.projection.target_quantile(0.9) if view.projection.target_months else 12
    return int(min(max(SHORTEST_SHOWN, late + 2 if late != inf else LONGEST_SHOWN), LONGEST_SHOWN))


def _month_end(view: ForecastView, months: int) -> date:
    return add_months(month_of(view.history.origin), months).last_day


def _totals_chart(view: ForecastView, overview: Overview) -> Chart:
    """Reported totals, then the median and the three bands."""
    rows: list[dict] = [
        {"month": total.month.last_day, "actual": total.value}
        for total in overview.monthly_totals
        if total.month.last_day <= view.history.origin
    ]
    start = view.projection.enrolled
    rows[-1] |= {"median": start} | {f"{end}{band}": start for band in BANDS for end in ("low", "high")}
    for month in view.projection.months[: _months_shown(view)]:
        bands = {f"low{band}": low for band, (low, _) in month.bands.items()}
        bands |= {f"high{band}": high for band, (_, high) in month.bands.items()}
        rows.append({"month": _month_end(view, month.month), "median": month.median, **bands})
    last = rows[-1]
    x, y = time_axis("month", "End of month"), number_axis("actual", "Participants")
    layers = [
        area_between(x, y | {"field": f"low{band}"}, f"high{band}", color=FORECAST, opacity=OPACITY[band])
        for band in reversed(BANDS)
    ]
    layers += [line(x, y | {"field": "median"}, color=FORECAST, dash=(6, 3)), line(x, y, color=ACTUAL)]
    label = [{"month": last["month"].isoformat(), "median": last["median"], "text": f"Median {last['median']:,}"}]
    encoding = {"x": x, "y": y | {"field": "median"}, "text": {"field": "text"}}
    layers.append(text_label(encoding, values=label, align="right", dy=-8, color=FORECAST))
    if view.history.inputs.target is not None:
        target = view.history.inputs.target
        values = [{"month": rows[0]["month"].isoformat(), "target": target, "text": f"Target {target:,}"}]
        layers.append(rule({"y": y | {"field": "target"}}, color=PLAN, values=values))
        encoding = {"x": x, "y": y | {"field": "target"}, "text": {"field": "text"}}
        layers.append(text_label(encoding, values=values, align="left", dy=12, dx=2, color=PLAN))
    low, high = last["low80"], last["high80"]
    return Chart(
        name="forecast",
        title="Forecast of cumulative enrollment",
        description=f"{start:,} enrolled by {view.history.origin:%B %Y}. By {last['month']:%B %Y} the median of the "
        f"forecast is {last['median']:,}; the 80 % band goes from {low:,} to {high:,}.",
        columns=[
            Column("month", "Month ending"), Column("actual", "Enrolled"), Column("median", "Median"),
            *(Column(f"{end}{band}", f"{band} % {end}") for band in BANDS for end in ("low", "high")),
        ],
        rows=rows,
        specification={"layer": layers},
        caption="Solid: reported. Dashed: median of the forecast. Shades from dark to light: bands of 50, 80 and 95 %.",
    )  # fmt: skip


def _target_chart(view: ForecastView) -> Chart:
    """The chance of having reached the target by the end of each month."""
    months = range(_months_shown(view) + 1)
    rows = [
        {"month": _month_end(view, month), "chance": round(100 * view.projection.chance_by(month))} for month in months
    ]
    x, y = time_axis("month", "End of month"), number_axis("chance", "Chance in %", is_percentage=True)
    layers = [line(x, y, color=FORECAST, points=True)]
    if view.planned_on and rows[0]["month"] <= view.planned_on <= rows[-1]["month"]:
        planned = [{"month": view.planned_on.isoformat(), "chance": 100, "text": "Planned"}]
        layers.append(rule({"x": x}, color=PLAN, values=planned))
        encoding = {"x": x, "y": y, "text": {"field": "text"}}
        layers.append(text_label(encoding, values=planned, align="right", dx=-4, dy=8, color=PLAN))
    return Chart(
        name="target",
        title=f"Chance of having enrolled {view.history.inputs.target:,}",
        description=f"From {rows[0]['chance']} % by {rows[0]['month']:%B %Y} to {rows[-1]['chance']} % by "
        f"{rows[-1]['month']:%B %Y}.",
        columns=[Column("month", "By the end of"), Column("chance", "Chance", " %")],
        rows=rows,
        specification={"layer": layers},
        height=160,
    )
