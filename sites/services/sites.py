"""Adding sites to trials, saving their enrollment targets and internal notes, and locking their rows."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from common import dates
from common.rule_types import enforce
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.models import Facility, TrialSite
from sites.rules import NEW_SITE_RULES, NewSiteInput
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
