"""Rules of a site's milestones: planned, forecast and actual dates of the stages on its way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from common.rules import Level, Rule
from sites.choices import ActivationStage as Stage
from sites.choices import SiteStatus
from trials.rules import ENDED

DESIGN = "design"
#: Stages at which a site takes people in.
OPENED = frozenset({Stage.ACTIVATED, Stage.FIRST_PARTICIPANT})
NOT_OPEN = frozenset({"", SiteStatus.NOT_YET_RECRUITING})
STILL_OPEN = frozenset({SiteStatus.RECRUITING, SiteStatus.ENROLLING_BY_INVITATION})
Dates = Mapping[str, date]


@dataclass(frozen=True)
class MilestoneInput:
    """A site's known dates by stage, beside what they must go with. `before` are the actual ones before a change."""

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
        """The furthest one that has happened."""
        return next((stage for stage in reversed(Stage) if stage in self.actual), "")

    @property
    def is_activated_now(self) -> bool:
        return Stage.ACTIVATED in self.actual and Stage.ACTIVATED not in self.before


def _in_order(dates: Dates) -> bool:
    known = [dates[stage] for stage in Stage if stage in dates]
    return all(first <= second for first, second in pairwise(known))


def _needs(stage: Stage, first: Stage) -> Callable:
    return lambda way, on: stage not in way.actual or first in way.actual


def _happened(stage: Stage) -> Callable:
    return lambda way, on: way.actual.get(stage, on) <= on


def _not_ahead() -> Iterator[Rule]:
    for stage in Stage:
        yield Rule(
            id=f"actual-{stage.lower().replace('_', '-')}-is-not-ahead",
            level=Level.ERROR,
            text=f"{stage.label}: what has happened is dated today at the latest.",
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
        check=lambda way, on: way.facility_is_active or not way.is_activated_now,
        fields=(Stage.ACTIVATED.value,),
    ),
    Rule(
        id="closed-trial-activates-no-site",
        level=Level.ERROR,
        text="The trial has ended, so none of its sites is activated any more.",
        source=DESIGN,
        check=lambda way, on: way.overall_status not in ENDED or not way.is_activated_now,
        fields=(Stage.ACTIVATED.value,),
    ),
    Rule(
        id="first-participant-needs-activation",
        level=Level.ERROR,
        text="Nobody takes part before the site is activated: give the day of activation too.",
        source=DESIGN,
        check=_needs(Stage.FIRST_PARTICIPANT, Stage.ACTIVATED),
        fields=(Stage.FIRST_PARTICIPANT.value,),
    ),
    Rule(
        id="last-participant-needs-a-first",
        level=Level.ERROR,
        text="There is no last participant without a first one.",
        source=DESIGN,
        check=_needs(Stage.LAST_PARTICIPANT, Stage.FIRST_PARTICIPANT),
        fields=(Stage.LAST_PARTICIPANT.value,),
    ),
    Rule(
        id="stages-happened-in-order",
        level=Level.WARNING,
        text="The actual dates do not follow the order of the stages. Save again if it is what happened.",
        source=DESIGN,
        check=lambda way, on: _in_order(way.actual),
        fields=("actual",),
    ),
    Rule(
        id="stages-are-planned-in-order",
        level=Level.NOTE,
        text="The planned dates do not follow the order of the stages.",
        source=DESIGN,
        check=lambda way, on: _in_order(way.planned),
        fields=("planned",),
    ),
    Rule(
        id="forecast-lies-ahead",
        level=Level.NOTE,
        text="A forecast has passed: say when it happened, or forecast anew.",
        source=DESIGN,
        check=lambda way, on: all(day >= on or stage in way.actual for stage, day in way.forecast.items()),
        fields=("forecast",),
    ),
    Rule(
        id="activated-site-says-that-it-recruits",
        level=Level.NOTE,
        text="The site is activated, but its recruitment status does not say that it is open.",
        source="design: the two are kept apart, and told when they differ",
        check=lambda way, on: way.stage not in OPENED or way.status not in NOT_OPEN,
        fields=("status",),
    ),
    Rule(
        id="open-site-is-activated",
        level=Level.NOTE,
        text="The recruitment status says that the site is open, but it is not activated.",
        source="design: the two are kept apart, and told when they differ",
        check=lambda way, on: not way.actual or way.stage in OPENED or way.status not in STILL_OPEN,
        fields=("status",),
    ),
    Rule(
        id="enrolled-means-a-first-participant",
        level=Level.NOTE,
        text="People are enrolled here, but the first participant has no date.",
        source=DESIGN,
        check=lambda way, on: not way.enrolled or Stage.FIRST_PARTICIPANT in way.actual,
        fields=(Stage.FIRST_PARTICIPANT.value,),
    ),
)
