"""Giving a trial a new site.

Correcting what a facility is called and where it lies.

Finding the facility that somebody names, or adding it.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max

from common import dates
from common.rules import enforce
from history.authorship import authored
from history.versioning import StaleVersion
from sites.models import Facility, TrialSite
from sites.models.facility import FacilityIdentity
from sites.place_names import current_country_name, is_placeholder_name
from sites.rules import NEW_SITE_RULES
from sites.rules.inputs import NewSiteInput
from trials.models import Trial


@transaction.atomic
def add_site(
    *, trial: Trial, facility: Facility, author: str, reason: str = "", takes_part_again: bool = False, **values
) -> TrialSite:
    """A new site without a status, last in the trial's list; `values` are other columns of TrialSite.

    `takes_part_again`: the facility stands in the trial already, and this is its next twin. ValidationError when the
    trial has ended, the facility is inactive, or it is there already and nobody said that it takes part again.
    """
    trial = Trial.objects.select_for_update().get(pk=trial.pk)
    site = new_site(trial=trial, facility=facility, takes_part_again=takes_part_again, **values)
    with authored(author, reason=reason):
        site.save()
    return site


def new_site(*, trial: Trial, facility: Facility, takes_part_again: bool = False, **values) -> TrialSite:
    """The site as `add_site` would save it, checked like there."""
    subject = NewSiteInput(trial.overall_status, facility.is_active)
    enforce(NEW_SITE_RULES, subject, on=dates.today())
    last = trial.trial_sites.aggregate(position=Max("position"))["position"]
    twins = trial.trial_sites.filter(facility=facility).aggregate(last=Max("duplicate_index"))["last"] or 0
    site = TrialSite(
        trial=trial,
        facility=facility,
        duplicate_index=twins + 1 if takes_part_again else 1,
        position=0 if last is None else last + 1,
        **values,
    )
    site.full_clean()
    return site


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
    _refuse_blank_identity(current, identity)
    for name, text in identity.items():
        setattr(current, name, text.strip())
    current.full_clean()
    with authored(author, reason=reason):
        current.save(update_fields=list(identity))
    return current


def _refuse_blank_identity(facility: Facility, identity: dict[str, str]) -> None:
    lost = [name for name in ("name", "country") if getattr(facility, name) and not identity.get(name, "?").strip()]
    if lost:
        raise ValidationError({name: f"Give the {name}." for name in lost}, code="facility-keeps-its-identity")


@transaction.atomic
def find_or_add_facility(
    *, name: str, country: str, author: str, city: str = "", state: str = "", zip: str = "", reason: str = ""
) -> Facility:
    """The facility of this name and place, case and spaces aside; a new one where there is none. ValidationError."""
    facility = _facility_of(name=name, city=city, state=state, zip=zip, country=country)
    if known := _find_same_identity(facility):
        return known
    facility.full_clean()
    with authored(author, reason=reason):
        facility.save()
    return facility


def find_facility(**place: str) -> Facility | None:
    """The facility of this name and place, as `find_or_add_facility` finds it."""
    return _find_same_identity(_facility_of(**place))


def _facility_of(**place: str) -> Facility:
    facility = Facility(
        **{field: text.strip() for field, text in place.items()}, is_masked=is_placeholder_name(place["name"])
    )
    facility.country = current_country_name(facility.country)
    return facility


def _find_same_identity(facility: Facility) -> Facility | None:
    """By the database's own identity, so that there is one spelling of the rule."""
    parts = (facility.name, facility.city, facility.state, facility.zip, facility.country)
    texts = [models.Value(text, output_field=models.TextField()) for text in parts]
    return Facility.objects.filter(identity=FacilityIdentity(*texts, models.Value(facility.is_masked))).first()
