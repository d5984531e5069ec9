"""Correcting, finding, naming and adding facilities."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models, transaction

from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.models import Facility, FacilityAlias, FacilityIdentity
from sites.placeholder_names import current_country_name, is_placeholder_name

IDENTITY_FIELDS = ("name", "city", "state", "zip", "country")


@transaction.atomic
def correct_facility(
    facility: Facility, *, author: str, reason: str = "", version: int | None = None, **identity: str
) -> Facility:
    """Change fields of `IDENTITY_FIELDS`, for all trials of the facility; fields not given stay unchanged.

    ValidationError when another facility has that identity already, or the name or country would become blank;
    StaleVersion.
    """
    if unknown := identity.keys() - set(IDENTITY_FIELDS):
        raise TypeError(f"Not a part of a facility's identity: {', '.join(sorted(unknown))}.")
    current = Facility.objects.select_for_update().get(pk=facility.pk)
    if version not in (None, current.version):
        raise StaleVersion(current)
    _refuse_blank_identity(current, identity)
    for name, text in identity.items():
        setattr(current, name, text.strip())
    current.full_clean()
    with authored(author, reason=reason):
        current.save(update_fields=list(identity))
    return current


def _refuse_blank_identity(facility: Facility, identity: dict[str, str]) -> None:
    blanked = [name for name in ("name", "country") if getattr(facility, name) and not identity.get(name, "?").strip()]
    if blanked:
        raise ValidationError({name: f"Enter the {name}." for name in blanked}, code="facility-keeps-its-identity")


@transaction.atomic
def find_or_add_facility(
    *, name: str, country: str, author: str, city: str = "", state: str = "", zip: str = "", reason: str = ""
) -> Facility:
    """The facility of this name and place, ignoring case and spaces, added where there is none. ValidationError."""
    facility = _facility_of(name=name, city=city, state=state, zip=zip, country=country)
    if existing := _find_same_identity(facility):
        return existing
    facility.full_clean()
    with authored(author, reason=reason):
        facility.save()
    return facility


def find_facility(**place: str) -> Facility | None:
    """The facility that `find_or_add_facility` would find; None where there is none."""
    return _find_same_identity(_facility_of(**place))


def _facility_of(**place: str) -> Facility:
    facility = Facility(
        **{field: text.strip() for field, text in place.items()}, is_masked=is_placeholder_name(place["name"])
    )
    facility.country = current_country_name(facility.country)
    return facility


def _find_same_identity(facility: Facility) -> Facility | None:
    """The facility with the same identity, as computed by the database function `facility_identity`."""
    parts = (facility.name, facility.city, facility.state, facility.zip, facility.country)
    texts = [models.Value(text, output_field=models.TextField()) for text in parts]
    return Facility.objects.filter(identity=FacilityIdentity(*texts, models.Value(facility.is_masked))).first()


@transaction.atomic
def set_facility_names(
    facility: Facility, *, aliases: Mapping[str, str], ror_id: str, expected: Mapping[str, str], version: int,
    author: str, reason: str = "",
) -> Facility:  # fmt: skip
    """Save the other names (language code by name) and the ROR identifier instead of the former ones.

    `expected`: the names that the author saw. ValidationError; StaleVersion where they or the version are others.
    """
    current = Facility.lock_at_version(facility.pk, version)
    current.ror_id = ror_id
    current.full_clean()
    stored = {alias.name: alias for alias in FacilityAlias.objects.filter(facility=current)}
    if {name: alias.language for name, alias in stored.items()} != expected:
        raise StaleVersion(current)
    with authored(author, reason=reason or "Names of a facility"):
        current.save(update_fields=["ror_id"])
        FacilityAlias.objects.filter(
            pk__in=[alias.pk for name, alias in stored.items() if name not in aliases]
        ).delete()
        for name, language in aliases.items():
            alias = stored.get(name) or FacilityAlias(facility=current, name=name)
            if alias.pk is None or alias.language != language:
                alias.language = language
                alias.full_clean()
                alias.save()
    return current
