"""The activation funnel of a trial and its view: sites that reached each stage, durations of steps, and who waits long.

Durations of a step are estimated by Kaplan and Meier (scipy.stats.ecdf), so that sites still under way count with the
days they have waited so far. Pure; scipy is loaded by the first estimate.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet

from common.charts import Chart, Column, text_label
from common.charts.svg import ACTUAL
from sites.choices import ActivationStage as Stage
from sites.models import Milestone, TrialSite

STAGES = (
    Stage.SELECTED, Stage.ETHICS, Stage.CONTRACT, Stage.INITIATION_VISIT, Stage.ACTIVATED, Stage.FIRST_PARTICIPANT,
)  # fmt: skip
MIN_COMPLETED = 3  # a quartile of fewer says nothing


@dataclass(frozen=True, slots=True)
class SiteProgress:
    """The actual days of one site; `has_ended` where it will not go on."""

    key: int
    country: str
    reached_on: Mapping[str, date]
    has_ended: bool = False

    def has_reached(self, stage: str) -> bool:
        """Whether the stage, or a later one, has an actual day."""
        return any(later in self.reached_on for later in STAGES[STAGES.index(stage) :])


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Days by which a quarter, half and three quarters of the sites take the step; None where not yet known."""

    lower: int | None = None
    median: int | None = None
    upper: int | None = None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One stage: the sites that reached it, those waiting for it, and the days since the stage before."""

    stage: Stage
    reached: int
    waiting: int
    days: Quartiles


@dataclass(frozen=True, slots=True)
class WaitingSite:
    """A site that has waited for a stage for more days than the trial's median."""

    key: int
    stage: Stage
    days: int
    median: int

    @property
    def days_over(self) -> int:
        return self.days - self.median


def quartiles(completed: Sequence[int], waiting: Sequence[int]) -> Quartiles:
    """Kaplan-Meier quartiles of the completed durations and those still running, in days."""
    if len(completed) < MIN_COMPLETED:
        return Quartiles()
    from scipy.stats import CensoredData, ecdf

    curve = ecdf(CensoredData(uncensored=list(completed), right=list(waiting))).sf
    points = list(zip(curve.quantiles, curve.probabilities, strict=True))

    def days_at(survival: float) -> int | None:
        return next((round(float(days)) for days, share in points if share <= survival + 1e-9), None)

    return Quartiles(days_at(0.75), days_at(0.5), days_at(0.25))


def funnel_steps(sites: Sequence[SiteProgress], *, today: date) -> list[FunnelStep]:
    """All stages in order; the first has no duration."""
    first = FunnelStep(STAGES[0], sum(site.has_reached(STAGES[0]) for site in sites), 0, Quartiles())
    return [first, *(_step(before, stage, sites, today) for before, stage in pairwise(STAGES))]


def _step(before: Stage, stage: Stage, sites: Sequence[SiteProgress], today: date) -> FunnelStep:
    completed, waiting = _durations(before, stage, sites, today)
    reached = sum(site.has_reached(stage) for site in sites)
    return FunnelStep(stage, reached, len(waiting), quartiles(completed, list(waiting.values())))


def _durations(before: str, stage: str, sites: Sequence[SiteProgress], today: date) -> tuple[list[int], dict[int, int]]:
    """Days of the sites that took the step, and by key of those waiting for it. Days in a wrong order are left out."""
    completed, waiting = [], {}
    for site in sites:
        since, until = site.reached_on.get(before), site.reached_on.get(stage)
        if since and until and until >= since:
            completed.append((until - since).days)
        elif since and not site.has_reached(stage) and not site.has_ended and since <= today:
            waiting[site.key] = (today - since).days
    return completed, waiting


def waiting_sites(sites: Sequence[SiteProgress], steps: Sequence[FunnelStep], *, today: date) -> list[WaitingSite]:
    """The sites that have waited longer than the trial's median for the step, those furthest over it first."""
    waiting_sites = []
    for before, step in pairwise(steps):
        median = step.days.median
        _, waiting = _durations(before.stage, step.stage, sites, today)
        if median is not None:
            waiting_sites += [
                WaitingSite(key, step.stage, days, median) for key, days in waiting.items() if days > median
            ]
    return sorted(waiting_sites, key=lambda site: (-site.days_over, site.key))


@dataclass(frozen=True, slots=True)
class CountryProgress:
    """The sites of one country that reached each stage, and the median days from selection to activation."""

    country: str
    reached: Sequence[int]
    days: Quartiles


def by_country(sites: Sequence[SiteProgress], *, today: date) -> list[CountryProgress]:
    """The countries with most sites first."""
    sizes = Counter(site.country for site in sites)
    rows = []
    for country, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        members = [site for site in sites if site.country == country]
        completed, waiting = _durations(Stage.SELECTED, Stage.ACTIVATED, members, today)
        reached = [sum(site.has_reached(stage) for site in members) for stage in STAGES]
        rows.append(CountryProgress(country, reached, quartiles(completed, list(waiting.values()))))
    return rows


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
