"""What a trial's coordinator plans for sites: how many people each is to enroll, and the internal note."""

from collections.abc import Sequence

from django.db import transaction

from history.authorship import authored
from history.versioning import StaleVersion
from sites.models import TrialSite
from sites.services.row_locks import lock_site

PLANNING_FIELDS = ("enrollment_target", "internal_note")
#: For `seen`, when nobody looked.
NOT_CHECKED = object()


@transaction.atomic
def set_target(
    site: TrialSite,
    *,
    target: int | None,
    author: str,
    reason: str = "",
    seen: int | object | None = NOT_CHECKED,
    version: int | None = None,
) -> TrialSite:
    """How many people the site is to enroll; None where nobody has said. ValidationError below zero.

    StaleVersion when the site is not at `version`, or the target is neither the one that was `seen` nor the new one.
    """
    current = lock_site(site, version)
    if seen is not NOT_CHECKED and current.enrollment_target not in (seen, target):
        raise StaleVersion(current)
    current.enrollment_target = target
    current.clean_fields(exclude=[field.name for field in current._meta.fields if field.name != "enrollment_target"])
    with authored(author, reason=reason):
        current.save(update_fields=["enrollment_target"])
    return current


@transaction.atomic
def update_targets_and_notes(sites: Sequence[TrialSite], *, author: str, reason: str = "") -> None:
    """Write the enrollment targets and internal notes that the sites now carry, for a caller who holds their rows."""
    with authored(author, reason=reason):
        TrialSite.objects.bulk_update(sites, PLANNING_FIELDS)
