"""The activation funnel of a trial: how many sites reached each stage, how long each step takes, and who waits long.

Durations of a step are estimated by Kaplan and Meier (scipy.stats.ecdf), so that sites still under way count with the
days they have waited so far. Pure; scipy is loaded by the first estimate.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sites.choices import ActivationStage as Stage

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
