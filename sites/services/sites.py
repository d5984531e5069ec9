"""Adding sites to trials, saving their milestones, enrollment targets and internal notes, and locking their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from common import dates
from common.rule_types import enforce
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.models import Facility, Milestone, TrialSite
from sites.rules import MILESTONE_RULES, NEW_SITE_RULES, MilestoneInput, NewSiteInput
from trials.models import Trial

PLANNING_FIELDS = ("enrollment_target", "internal_note")
#: The value of `expected_target` that skips its check.
NOT_CHECKED = object()


@transaction.atomic
def add_site(
    *, trial: Trial, facility: Facility, author: str, reason: str = "", takes_part_again: bool = False, **values
) -> TrialSite:
    """Add a site without a status, last in the trial's list; `values` are other columns of TrialSite.

    `takes_part_again`: add a further site at a facility already in the trial. ValidationError when the trial has ended,
    the facility is inactive, or it is a site already and `takes_part_again` is not set.
    """
    trial = Trial.objects.select_for_update().get(pk=trial.pk)
    site = new_site(trial=trial, facility=facility, takes_part_again=takes_part_again, **values)
    with authored(author, reason=reason):
        site.save()
    return site


def new_site(*, trial: Trial, facility: Facility, takes_part_again: bool = False, **values) -> TrialSite:
    """The unsaved site that `add_site` would save; raises the same errors."""
    rule_input = NewSiteInput(trial.overall_status, facility.is_active)
    enforce(NEW_SITE_RULES, rule_input, on=dates.today())
    last = trial.trial_sites.aggregate(position=Max("position"))["position"]
    last_index = trial.trial_sites.filter(facility=facility).aggregate(last=Max("duplicate_index"))["last"] or 0
    site = TrialSite(
        trial=trial,
        facility=facility,
        duplicate_index=last_index + 1 if takes_part_again else 1,
        position=0 if last is None else last + 1,
        **values,
    )
    site.full_clean()
    return site


@transaction.atomic
def set_target(
    site: TrialSite,
    *,
    target: int | None,
    author: str,
    reason: str = "",
    expected_target: int | object | None = NOT_CHECKED,
    version: int | None = None,
) -> TrialSite:
    """Save the site's enrollment target, None for no target. ValidationError below zero.

    StaleVersion when the site is not at `version`, or its target is neither `expected_target` nor the new one.
    """
    current = lock_site(site, version)
    if expected_target is not NOT_CHECKED and current.enrollment_target not in (expected_target, target):
        raise StaleVersion(current)
    current.enrollment_target = target
    current.clean_fields(exclude=[field.name for field in current._meta.fields if field.name != "enrollment_target"])
    with authored(author, reason=reason):
        current.save(update_fields=["enrollment_target"])
    return current


@transaction.atomic
def update_targets_and_notes(sites: Sequence[TrialSite], *, author: str, reason: str = "") -> None:
    """Save the enrollment targets and internal notes set on the sites, whose rows the caller has locked."""
    with authored(author, reason=reason):
        TrialSite.objects.bulk_update(sites, PLANNING_FIELDS)


def lock_site(site: TrialSite, version: int | None) -> TrialSite:
    """The current row, locked until the transaction ends. StaleVersion when it is not at `version`."""
    if version is not None:
        return TrialSite.lock_at_version(site.pk, version)
    return TrialSite.objects.select_for_update(of=("self",)).select_related("trial", "facility").get(pk=site.pk)


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
