"""The stored pairs of facilities that may be one hospital, and who may decide about them."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from common.permissions import reads_everything
from sites.facilities.duplicates import FacilityAddress, find_duplicates
from sites.models import DifferentFacilities, Facility, PossibleDuplicate

_COLUMNS = ("pk", "name", "city", "state", "zip", "country", "latitude", "longitude")


def possible_duplicates(user) -> QuerySet[PossibleDuplicate]:
    """The undecided pairs of which the user may change both facilities, or all for those who read everything."""
    different = DifferentFacilities.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    pairs = PossibleDuplicate.objects.filter(~Exists(different), first__merged_into=None, second__merged_into=None)
    if not reads_everything(user):
        editable = Facility.objects.editable_by(user).order_by()
        pairs = pairs.filter(
            Exists(editable.filter(pk=OuterRef("first"))), Exists(editable.filter(pk=OuterRef("second")))
        )
    return pairs.select_related("first", "second").order_by("-likelihood", "pk")


@transaction.atomic
def update_possible_duplicates() -> int:
    """Compare all facilities and store the pairs instead of the former ones; returns their number."""
    rows = Facility.objects.surviving().filter(is_masked=False).order_by("pk").values_list(*_COLUMNS)
    pairs = {(pair.first, pair.second): pair for pair in find_duplicates(FacilityAddress(*row) for row in rows)}
    stored = {(row.first_id, row.second_id): row for row in PossibleDuplicate.objects.select_for_update()}
    outdated = [row.pk for pair, row in stored.items() if pair not in pairs]
    PossibleDuplicate.objects.filter(pk__in=outdated).delete()
    PossibleDuplicate.objects.bulk_create(
        (
            PossibleDuplicate(
                first_id=pair.first, second_id=pair.second, likelihood=pair.likelihood, reasons=list(pair.reasons)
            )
            for pair in pairs.values()
        ),
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["likelihood", "reasons"],
    )
    return len(pairs)
