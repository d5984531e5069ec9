"""The milestones of a site's activation and closing: which dates somebody says, by the rules, all or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from common import dates
from common.rules import enforce
from history.authorship import authored
from history.versioning import StaleVersion
from sites.models import Milestone, TrialSite
from sites.rules.milestones import MILESTONE_RULES, MilestoneInput
from sites.services.row_locks import lock_site

DATES = ("planned_on", "forecast_on", "actual_on")


@dataclass(frozen=True, slots=True)
class MilestoneDates:
    """What somebody says of a stage, all three dates. `version` is that of the milestone they saw, 0 for none."""

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
    """Keep these milestones, all or none; the site's stage follows them. The site as it is then.

    ValidationError when a rule of `sites.rules.milestones` refuses; StaleVersion.
    """
    current = lock_site(site, None)
    known = check_milestones(current, milestone_dates, accept_warnings=accept_warnings, on=on)
    with authored(author, reason=reason):
        Milestone.objects.bulk_create(
            [known[one.stage] for one in milestone_dates],
            update_conflicts=True, unique_fields=["trial_site", "stage"], update_fields=DATES,
        )  # fmt: skip
    current.refresh_from_db()
    return current


def check_milestones(
    site: TrialSite, milestone_dates: Sequence[MilestoneDates], *, accept_warnings: bool = False, on: date | None = None
) -> dict[str, Milestone]:
    """The milestones that `set_milestones` would leave, by stage; what it raises. Writes nothing."""
    known = {milestone.stage: milestone for milestone in site.milestones.all()}
    before = actual_dates(known.values())
    for one in milestone_dates:
        known[one.stage] = _updated_milestone(known.get(one.stage) or Milestone(trial_site=site, stage=one.stage), one)
    way = milestone_input(site, known.values(), before=before)
    enforce(MILESTONE_RULES, way, on=on or dates.today(), accept_warnings=accept_warnings)
    return known


def milestone_input(
    site: TrialSite, milestones: Iterable[Milestone], *, enrolled: int | None = None, before=None
) -> MilestoneInput:
    """A site's milestones for the rules; `before` are the actual dates before a change, the present ones if none."""
    milestones = list(milestones)
    actual = actual_dates(milestones)
    return MilestoneInput(
        actual=actual,
        planned={one.stage: one.planned_on for one in milestones if one.planned_on},
        forecast={one.stage: one.forecast_on for one in milestones if one.forecast_on},
        before=actual if before is None else before,
        facility_is_active=site.facility.is_active,
        overall_status=site.trial.overall_status,
        status=site.status,
        enrolled=enrolled,
    )


def actual_dates(milestones: Iterable[Milestone]) -> dict[str, date]:
    return {one.stage: one.actual_on for one in milestones if one.actual_on}


def _updated_milestone(milestone: Milestone, new_dates: MilestoneDates) -> Milestone:
    if milestone.pk and milestone.version != new_dates.version:
        raise StaleVersion(milestone)
    for name in DATES:
        setattr(milestone, name, getattr(new_dates, name))
    return milestone
