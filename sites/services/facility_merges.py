"""Merging two facilities that are one hospital, undoing it, and marking two as different.

No site moves: `Facility.merged_into` is all that changes, so that records, exports and histories stay as they are.
"""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.models import DifferentFacilities, Facility, FacilityMerge


@transaction.atomic
def merge_facilities(
    surviving: Facility, merged: Facility, *, author: str, reason: str, versions: Mapping[int, int] | None = None
) -> FacilityMerge:
    """Decide that `merged` is the same hospital as `surviving`, and so are the facilities merged into it.

    `versions`: the versions that the author saw, by id. ValidationError for a masked or merged facility, for one with
    itself, and without a reason; StaleVersion.
    """
    if surviving.pk == merged.pk:
        raise ValidationError("A facility cannot be merged with itself.", code="same-facility")
    if not reason.strip():
        raise ValidationError({"reason": "Enter why the two are one facility."}, code="reason")
    surviving, merged = _lock([surviving, merged], versions or {})
    if surviving.is_masked or merged.is_masked:
        raise ValidationError("A facility whose name is withheld cannot be merged.", code="masked")
    if surviving.merged_into_id or merged.merged_into_id:
        raise ValidationError("One of the two facilities has been merged already.", code="already-merged")
    with authored(author, reason=reason):
        for facility in Facility.objects.filter(merged_into=merged).order_by("pk"):
            _set_merged_into(facility, surviving)
        _set_merged_into(merged, surviving)
        return FacilityMerge.objects.create(surviving=surviving, merged=merged, author=author, reason=reason.strip())


@transaction.atomic
def undo_facility_merge(merge: FacilityMerge, *, author: str, reason: str) -> FacilityMerge:
    """Restore the merged facility with those that were merged into it; a second call does nothing. ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": "Enter why the two are different facilities."}, code="reason")
    _lock([merge.surviving, merge.merged], {})
    current = FacilityMerge.objects.select_for_update().get(pk=merge.pk)
    if current.undone_at:
        return current
    with authored(author, reason=reason):
        current.undone_at, current.undone_by, current.undo_reason = timezone.now(), author, reason.strip()
        current.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        merged = Facility.objects.get(pk=current.merged_id)
        _set_merged_into(merged, None)
        for facility in Facility.objects.filter(pk__in=_merged_below(merged)).order_by("pk"):
            _set_merged_into(facility, merged)
    return current


@transaction.atomic
def mark_as_different_facilities(
    one: Facility, other: Facility, *, author: str, reason: str = ""
) -> DifferentFacilities:
    """Save that two facilities are not the same, so that they are no longer proposed. ValidationError."""
    if one.pk == other.pk:
        raise ValidationError("Choose two facilities.", code="same-facility")
    first, second = sorted((one.pk, other.pk))
    with authored(author, reason=reason or "Marked as different facilities"):
        pair, _ = DifferentFacilities.objects.get_or_create(
            first_id=first, second_id=second, defaults={"author": author, "reason": reason.strip()}
        )
    return pair


def _lock(facilities: list[Facility], versions: Mapping[int, int]) -> list[Facility]:
    """The current rows in the order given, locked in the order of their ids."""
    ids = [facility.pk for facility in facilities]
    rows = {row.pk: row for row in Facility.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    for pk, version in versions.items():
        if pk in rows and rows[pk].version != version:
            raise StaleVersion(rows[pk])
    return [rows[pk] for pk in ids]


def _set_merged_into(facility: Facility, surviving: Facility | None) -> None:
    """By an update of one column: the facility's other columns stay as they are in the database."""
    Facility.objects.filter(pk=facility.pk).update(merged_into=surviving)


def _merged_below(facility: Facility) -> set[int]:
    """Ids of the facilities whose merges in force lead to this one, over several steps too."""
    merged: set[int] = set()
    level = {facility.pk}
    while level:
        in_force = FacilityMerge.objects.filter(surviving__in=level, undone_at=None)
        level = set(in_force.values_list("merged", flat=True)) - merged
        merged |= level
    return merged
