"""Rules of a site's milestones: planned, forecast and actual dates of its stages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from common.rule_types import Level, Rule
from sites.choices import ActivationStage as Stage
from sites.choices import SiteStatus
from trials.rules import ENDED

DESIGN = "design"
#: Stages at which a site enrolls people.
OPENED = frozenset({Stage.ACTIVATED, Stage.FIRST_PARTICIPANT})
NOT_OPEN = frozenset({"", SiteStatus.NOT_YET_RECRUITING})
STILL_OPEN = frozenset({SiteStatus.RECRUITING, SiteStatus.ENROLLING_BY_INVITATION})
Dates = Mapping[str, date]


@dataclass(frozen=True)
class MilestoneInput:
    """A site's dates by stage, with related facts; `before` are the actual dates before a change."""

    actual: Dates
    planned: Dates = field(default_factory=dict)
    forecast: Dates = field(default_factory=dict)
    before: Dates = field(default_factory=dict)
    facility_is_active: bool = True
    overall_status: str = ""
    status: str = ""
    enrolled: int | None = None

    @property
    def stage(self) -> str:
        """The latest stage with an actual date; blank without any."""
        return next((stage for stage in reversed(Stage) if stage in self.actual), "")

    @property
    def is_activated_now(self) -> bool:
        return Stage.ACTIVATED in self.actual and Stage.ACTIVATED not in self.before


def _in_order(dates: Dates) -> bool:
    known = [dates[stage] for stage in Stage if stage in dates]
    return all(first <= second for first, second in pairwise(known))


def _needs(stage: Stage, first: Stage) -> Callable:
    return lambda dates, on: stage not in dates.actual or first in dates.actual


def _happened(stage: Stage) -> Callable:
    return lambda dates, on: dates.actual.get(stage, on) <= on


def _not_ahead() -> Iterator[Rule]:
    for stage in Stage:
        yield Rule(
            id=f"actual-{stage.lower().replace('_', '-')}-is-not-ahead",
            level=Level.ERROR,
            text=f"{stage.label}: the actual date cannot be in the future.",
            source=DESIGN,
            check=_happened(stage),
            fields=(stage.value,),
        )


MILESTONE_RULES = (
    *_not_ahead(),
    Rule(
        id="inactive-facility-is-not-activated",
        level=Level.ERROR,
        text="The facility is inactive, so its site cannot be activated.",
        source=DESIGN,
        check=lambda dates, on: dates.facility_is_active or not dates.is_activated_now,
        fields=(Stage.ACTIVATED.value,),
    ),
    Rule(
        id="closed-trial-activates-no-site",
        level=Level.ERROR,
        text="The trial has ended, so its sites cannot be activated.",
        source=DESIGN,
        check=lambda dates, on: dates.overall_status not in ENDED or not dates.is_activated_now,
        fields=(Stage.ACTIVATED.value,),
    ),
    Rule(
        id="first-participant-needs-activation",
        level=Level.ERROR,
        text="A first participant needs an activation date. Enter it too.",
        source=DESIGN,
        check=_needs(Stage.FIRST_PARTICIPANT, Stage.ACTIVATED),
        fields=(Stage.FIRST_PARTICIPANT.value,),
    ),
    Rule(
        id="last-participant-needs-a-first",
        level=Level.ERROR,
        text="A last participant needs a first participant date. Enter it too.",
        source=DESIGN,
        check=_needs(Stage.LAST_PARTICIPANT, Stage.FIRST_PARTICIPANT),
        fields=(Stage.LAST_PARTICIPANT.value,),
    ),
    Rule(
        id="stages-happened-in-order",
        level=Level.WARNING,
        text="The actual dates are not in the order of the milestones. Confirm if correct.",
        source=DESIGN,
        check=lambda dates, on: _in_order(dates.actual),
        fields=("actual",),
    ),
    Rule(
        id="stages-are-planned-in-order",
        level=Level.NOTE,
        text="The planned dates are not in the order of the milestones.",
        source=DESIGN,
        check=lambda dates, on: _in_order(dates.planned),
        fields=("planned",),
    ),
    Rule(
        id="forecast-lies-ahead",
        level=Level.NOTE,
        text="A forecast date has passed. Enter the actual date or a new forecast.",
        source=DESIGN,
        check=lambda dates, on: all(day >= on or stage in dates.actual for stage, day in dates.forecast.items()),
        fields=("forecast",),
    ),
    Rule(
        id="activated-site-says-that-it-recruits",
        level=Level.NOTE,
        text="The site is activated, but its recruitment status is not open.",
        source="design: both are recorded separately",
        check=lambda dates, on: dates.stage not in OPENED or dates.status not in NOT_OPEN,
        fields=("status",),
    ),
    Rule(
        id="open-site-is-activated",
        level=Level.NOTE,
        text="The recruitment status is open, but the site is not activated.",
        source="design: both are recorded separately",
        check=lambda dates, on: not dates.actual or dates.stage in OPENED or dates.status not in STILL_OPEN,
        fields=("status",),
    ),
    Rule(
        id="enrolled-means-a-first-participant",
        level=Level.NOTE,
        text="People are enrolled, but the first participant has no date.",
        source=DESIGN,
        check=lambda dates, on: not dates.enrolled or Stage.FIRST_PARTICIPANT in dates.actual,
        fields=(Stage.FIRST_PARTICIPANT.value,),
    ),
)
