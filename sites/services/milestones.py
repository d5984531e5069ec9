"""Saving the milestone dates of a site, all or none, by the milestone rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from common import dates
from common.rule_types import enforce
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.models import Milestone, TrialSite
from sites.rules import MILESTONE_RULES, MilestoneInput
from sites.services.sites import lock_site

DATES = ("planned_on", "forecast_on", "actual_on")


@dataclass(frozen=True, slots=True)
class MilestoneDates:
    """The three dates of a stage to save; `version` is that of the milestone the author saw, 0 for none."""

    stage: str
    planned_on: date | None = None
    forecast_on: date | None = None
    actual_on: date | None = None
    version: int = 0


@transaction.atomic
def set_milestones(
    site: TrialSite,
    milestone_dates: Sequence[MilestoneDates],
    *,
    author: str,
    reason: str = "",
    accept_warnings: bool = False,
    on: date | None = None,
) -> TrialSite:
    """Save these milestones, all or none; returns the site, whose stage follows them.

    ValidationError when a rule of `sites.rules.milestones` refuses; StaleVersion.
    """
    current = lock_site(site, None)
    milestones = check_milestones(current, milestone_dates, accept_warnings=accept_warnings, on=on)
    with authored(author, reason=reason):
        Milestone.objects.bulk_create(
            [milestones[new_dates.stage] for new_dates in milestone_dates],
            update_conflicts=True, unique_fields=["trial_site", "stage"], update_fields=DATES,
        )  # fmt: skip
    current.refresh_from_db()
    return current


def check_milestones(
    site: TrialSite, milestone_dates: Sequence[MilestoneDates], *, accept_warnings: bool = False, on: date | None = None
) -> dict[str, Milestone]:
    """The unsaved milestones by stage after `set_milestones`; raises the same errors. Writes nothing."""
    milestones = {milestone.stage: milestone for milestone in site.milestones.all()}
    before = actual_dates(milestones.values())
    for new_dates in milestone_dates:
        milestone = milestones.get(new_dates.stage) or Milestone(trial_site=site, stage=new_dates.stage)
        milestones[new_dates.stage] = _updated_milestone(milestone, new_dates)
    rule_input = milestone_input(site, milestones.values(), before=before)
    enforce(MILESTONE_RULES, rule_input, on=on or dates.today(), accept_warnings=accept_warnings)
    return milestones


def milestone_input(
    site: TrialSite, milestones: Iterable[Milestone], *, enrolled: int | None = None, before=None
) -> MilestoneInput:
    """The input of the milestone rules; `before` are the actual dates before a change, by default the current ones."""
    milestones = list(milestones)
    actual = actual_dates(milestones)
    return MilestoneInput(
        actual=actual,
        planned={milestone.stage: milestone.planned_on for milestone in milestones if milestone.planned_on},
        forecast={milestone.stage: milestone.forecast_on for milestone in milestones if milestone.forecast_on},
        before=actual if before is None else before,
        facility_is_active=site.facility.is_active,
        overall_status=site.trial.overall_status,
        status=site.status,
        enrolled=enrolled,
    )


def actual_dates(milestones: Iterable[Milestone]) -> dict[str, date]:
    return {milestone.stage: milestone.actual_on for milestone in milestones if milestone.actual_on}


def _updated_milestone(milestone: Milestone, new_dates: MilestoneDates) -> Milestone:
    if milestone.pk and milestone.version != new_dates.version:
        raise StaleVersion(milestone)
    for name in DATES:
        setattr(milestone, name, getattr(new_dates, name))
    return milestone
