"""Saving the enrollment targets and internal notes of sites."""

from collections.abc import Sequence

from django.db import transaction

from history.authorship import authored
from history.versioning import StaleVersion
from sites.models import TrialSite
from sites.services.row_locks import lock_site

PLANNING_FIELDS = ("enrollment_target", "internal_note")
#: The value of `expected_target` that skips its check.
NOT_CHECKED = object()


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
