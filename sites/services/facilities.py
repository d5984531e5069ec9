"""Finding the facility that somebody names, or adding it."""

from django.db import models, transaction

from history.authorship import authored
from sites.models import Facility
from sites.models.facility import FacilityIdentity
from sites.places import country_today, is_mask


@transaction.atomic
def find_or_add_facility(
    *, name: str, country: str, author: str, city: str = "", state: str = "", zip: str = "", reason: str = ""
) -> Facility:
    """The facility of this name and place, case and spaces aside; a new one where there is none. ValidationError."""
    facility = _facility_of(name=name, city=city, state=state, zip=zip, country=country)
    if known := _with_identity_of(facility):
        return known
    facility.full_clean()
    with authored(author, reason=reason):
        facility.save()
    return facility


def find_facility(**place: str) -> Facility | None:
    """The facility of this name and place, as `find_or_add_facility` finds it."""
    return _with_identity_of(_facility_of(**place))


def _facility_of(**place: str) -> Facility:
    facility = Facility(**{field: text.strip() for field, text in place.items()}, is_masked=is_mask(place["name"]))
    facility.country = country_today(facility.country)
    return facility


def _with_identity_of(facility: Facility) -> Facility | None:
    """By the database's own identity, so that there is one spelling of the rule."""
    parts = (facility.name, facility.city, facility.state, facility.zip, facility.country)
    texts = [models.Value(text, output_field=models.TextField()) for text in parts]
    return Facility.objects.filter(identity=FacilityIdentity(*texts, models.Value(facility.is_masked))).first()
