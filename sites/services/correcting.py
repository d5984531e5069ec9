"""Correcting what a facility is called and where it lies."""

from django.core.exceptions import ValidationError
from django.db import transaction

from history.authorship import authored
from history.versioning import StaleVersion
from sites.models import Facility

IDENTITY = ("name", "city", "state", "zip", "country")


@transaction.atomic
def correct_facility(
    facility: Facility, *, author: str, reason: str = "", version: int | None = None, **identity: str
) -> Facility:
    """Write other values of `IDENTITY`; what is not given stays. In all trials in which the facility takes part.

    ValidationError when another facility is already the one that this would become, or when the name or the country
    would be lost; StaleVersion.
    """
    if unknown := identity.keys() - set(IDENTITY):
        raise TypeError(f"Not a part of a facility's identity: {', '.join(sorted(unknown))}.")
    current = Facility.objects.select_for_update().get(pk=facility.pk)
    if version not in (None, current.version):
        raise StaleVersion(current)
    _refuse_to_lose(current, identity)
    for name, text in identity.items():
        setattr(current, name, text.strip())
    current.full_clean()
    with authored(author, reason=reason):
        current.save(update_fields=list(identity))
    return current


def _refuse_to_lose(facility: Facility, identity: dict[str, str]) -> None:
    lost = [name for name in ("name", "country") if getattr(facility, name) and not identity.get(name, "?").strip()]
    if lost:
        raise ValidationError({name: f"Give the {name}." for name in lost}, code="facility-keeps-its-identity")
