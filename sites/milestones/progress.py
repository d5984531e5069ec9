"""How far each site is: its milestones in the order of the stages, what comes next, and how late that is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from common.rules import Level, Rule, violations
from sites.choices import ActivationStage as Stage
from sites.models import Milestone, TrialSite
from sites.rules.milestones import MILESTONE_RULES
from sites.services.milestones import milestone_input


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one site. What happened goes before the forecast, and that before the plan."""

    stage: Stage
    milestone: Milestone | None
    today: date

    @property
    def is_done(self) -> bool:
        return bool(self.milestone and self.milestone.actual_on)

    @property
    def expected_on(self) -> date | None:
        """When it happened, or is to happen."""
        return self.milestone and (self.milestone.actual_on or self.milestone.forecast_on or self.milestone.planned_on)

    @property
    def kind(self) -> str:
        if self.is_done:
            return "actual"
        return "forecast" if self.milestone and self.milestone.forecast_on else "planned"

    @property
    def days_late(self) -> int:
        """Against the plan: by what happened, else by the forecast or today, whichever is later. 0 without a plan."""
        if not self.milestone or not self.milestone.planned_on:
            return 0
        known = self.milestone.actual_on or max(filter(None, (self.milestone.forecast_on, self.today)))
        return max(0, (known - self.milestone.planned_on).days)


@dataclass(frozen=True, slots=True)
class Progress:
    """A site's steps, and what the rules note about them."""

    site: TrialSite
    steps: Sequence[Step]
    notes: Sequence[Rule]

    @property
    def next_step(self) -> Step | None:
        """The first step after the furthest one that happened; None when the site is closed."""
        done = max((place for place, step in enumerate(self.steps) if step.is_done), default=-1)
        return self.steps[done + 1] if done + 1 < len(self.steps) else None


def progress_of(sites: Iterable[TrialSite], *, today: date) -> list[Progress]:
    """One query, however many sites."""
    sites = list(sites)
    milestones = defaultdict(dict)
    for milestone in Milestone.objects.filter(trial_site__in=sites).order_by():
        milestones[milestone.trial_site_id][milestone.stage] = milestone
    return [_progress(site, milestones[site.pk], today) for site in sites]


def _progress(site: TrialSite, milestones: dict[str, Milestone], today: date) -> Progress:
    steps = [Step(stage, milestones.get(stage), today) for stage in Stage]
    way = milestone_input(site, milestones.values(), enrolled=getattr(site, "enrolled", None))
    notes = [rule for rule in violations(MILESTONE_RULES, way, on=today) if rule.level is Level.NOTE]
    return Progress(site, steps, notes)


def stage_counts(sites: QuerySet) -> list[tuple[str, int]]:
    """How many sites stand at which stage, in order; those without any first. One query."""
    counts = Counter(sites.order_by().values_list("stage", flat=True))
    return [(stage, counts[stage]) for stage in ("", *Stage.values) if counts[stage]]
