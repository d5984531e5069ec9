"""The progress of sites through their milestones: steps in order, the next one, and its delay."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from common.rules import Level, Rule, violations
from sites.choices import ActivationStage as Stage
from sites.models import Milestone, TrialSite
from sites.rules import MILESTONE_RULES
from sites.services.milestones import milestone_input


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one site; the actual date has precedence over the forecast, and the forecast over the plan."""

    stage: Stage
    milestone: Milestone | None
    today: date

    @property
    def is_done(self) -> bool:
        return bool(self.milestone and self.milestone.actual_on)

    @property
    def expected_on(self) -> date | None:
        """The actual, else the forecast, else the planned date."""
        return self.milestone and (self.milestone.actual_on or self.milestone.forecast_on or self.milestone.planned_on)

    @property
    def kind(self) -> str:
        if self.is_done:
            return "actual"
        return "forecast" if self.milestone and self.milestone.forecast_on else "planned"

    @property
    def days_late(self) -> int:
        """The delay against the plan: of the actual date, else of the later of forecast and today. 0 without a plan."""
        if not self.milestone or not self.milestone.planned_on:
            return 0
        expected_on = self.milestone.actual_on or max(filter(None, (self.milestone.forecast_on, self.today)))
        return max(0, (expected_on - self.milestone.planned_on).days)


@dataclass(frozen=True, slots=True)
class Progress:
    """A site's steps, and the rules of level note that they violate."""

    site: TrialSite
    steps: Sequence[Step]
    notes: Sequence[Rule]

    @property
    def next_step(self) -> Step | None:
        """The step after the latest one with an actual date; None after the last one."""
        latest = max((index for index, step in enumerate(self.steps) if step.is_done), default=-1)
        return self.steps[latest + 1] if latest + 1 < len(self.steps) else None


def progress_of(sites: Iterable[TrialSite], *, today: date) -> list[Progress]:
    """The progress of each site; one query for any number of sites."""
    sites = list(sites)
    milestones = defaultdict(dict)
    for milestone in Milestone.objects.filter(trial_site__in=sites).order_by():
        milestones[milestone.trial_site_id][milestone.stage] = milestone
    return [_progress(site, milestones[site.pk], today) for site in sites]


def _progress(site: TrialSite, milestones: dict[str, Milestone], today: date) -> Progress:
    steps = [Step(stage, milestones.get(stage), today) for stage in Stage]
    rule_input = milestone_input(site, milestones.values(), enrolled=getattr(site, "enrolled", None))
    notes = [rule for rule in violations(MILESTONE_RULES, rule_input, on=today) if rule.level is Level.NOTE]
    return Progress(site, steps, notes)
