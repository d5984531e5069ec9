"""The planned enrollment of sites by day, from their targets and planned milestones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from sites.choices import ActivationStage
from sites.models import Milestone

_STAGES = (ActivationStage.ACTIVATED, ActivationStage.FIRST_PARTICIPANT, ActivationStage.LAST_PARTICIPANT)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site enrolls its target in equal parts from `begins_on` to `ends_on`."""

    target: int
    begins_on: date
    ends_on: date

    def by(self, day: date) -> float:
        """The participants planned by a day."""
        share = (day - self.begins_on).days / max(1, (self.ends_on - self.begins_on).days)
        return self.target * min(1.0, max(0.0, share))


def site_plans(sites: QuerySet) -> dict[int, SitePlan]:
    """The plan by site id, of the sites with a target and both days; one query for targets, one for milestones.

    It begins on the planned first participant, else the planned activation, and ends on the planned last participant,
    else the trial's primary completion.
    """
    columns = ("pk", "enrollment_target", "trial__primary_completion_on")
    targets = sites.order_by().filter(enrollment_target__gt=0).values_list(*columns)
    planned: dict[int, dict[str, date]] = defaultdict(dict)
    milestones = Milestone.objects.filter(trial_site__in=sites.order_by().values("pk"), stage__in=_STAGES)
    for site, stage, day in milestones.exclude(planned_on=None).values_list("trial_site", "stage", "planned_on"):
        planned[site][stage] = day
    plans = (
        (site, _site_plan(target, planned[site], completion.last_day if completion else None))
        for site, target, completion in targets
    )
    return {site: plan for site, plan in plans if plan}


def _site_plan(target: int, planned: dict[str, date], completion: date | None) -> SitePlan | None:
    begins_on = planned.get(ActivationStage.FIRST_PARTICIPANT) or planned.get(ActivationStage.ACTIVATED)
    ends_on = planned.get(ActivationStage.LAST_PARTICIPANT) or completion
    if begins_on is None or ends_on is None or ends_on <= begins_on:
        return None
    return SitePlan(target, begins_on, ends_on)


def planned_by(plans: Iterable[SitePlan], days: Sequence[date]) -> list[int]:
    """The planned total on each day, rounded."""
    plans = list(plans)
    return [round(sum(plan.by(day) for plan in plans)) for day in days]
