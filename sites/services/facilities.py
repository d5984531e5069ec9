"""Adding sites to trials, correcting facilities, and finding or adding a facility."""

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


IDENTITY = ("name", "city", "state", "zip", "country")


@transaction.atomic
def correct_facility(
    facility: Facility, *, author: str, reason: str = "", version: int | None = None, **identity: str
) -> Facility:
    """Change fields of `IDENTITY`, for all trials of the facility; fields not given stay unchanged.

    ValidationError when another facility has that identity already, or the name or country would become blank;
    StaleVersion.
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
