"""Converts a study to the columns of our tables, without ids. Pure."""

from collections.abc import Iterator
from operator import attrgetter

from msgspec import to_builtins

from common.text import normalize
from contacts.choices import RoleKind
from publishing.trial_data import LIST_MODELS as PART_MODELS
from publishing.trial_data import Row
from registries.ctgov import field_map
from registries.ctgov.schema import Contact, Location, Official, Study
from sites.placeholder_names import current_country_name, is_placeholder_name
from trials.models.trial import DATE_FIELDS

JSON_COLUMNS = ("condition_mesh", "condition_ancestors", "intervention_mesh", "intervention_ancestors")
_trial_values = attrgetter(*field_map.TRIAL.values())
_place_values = attrgetter(*field_map.PLACE.values(), *field_map.POINT.values())
_person_values = attrgetter(*field_map.PERSON.values())
_part_lists = {name: (attrgetter(path), fields) for name, (path, _, fields) in field_map.PARTS.items()}
_part_values = {name: attrgetter(*fields.values()) for name, (path, _, fields) in field_map.PARTS.items()}
_outcome_lists = {kind: attrgetter(path) for kind, path in field_map.OUTCOME_LISTS.items()}
_outcome_values = attrgetter(*field_map.OUTCOME.values())
locations_of = attrgetter(field_map.LOCATIONS)
central_contacts_of = attrgetter(field_map.CENTRAL_CONTACTS)
officials_of = attrgetter(field_map.OFFICIALS)

PLACE_COLUMNS = (*field_map.PLACE, *field_map.POINT)


def trial_row(study: Study) -> Row:
    """The columns of Trial that the record fills, by name."""
    row = dict(zip(field_map.TRIAL, _trial_values(study), strict=True))
    for name in DATE_FIELDS:
        row[name] = row[name] or None
    for name in JSON_COLUMNS:
        row[name] = to_builtins(row[name])
    return row


def part_rows(study: Study) -> dict[str, list[Row]]:
    """The rows of each of a trial's lists, by the name of the relation, without ids."""
    rows = {name: list(_part_list(study, name)) for name in _part_lists}
    rows["outcomes"] = list(_outcomes(study))
    return {name: rows[name] for name in PART_MODELS}


def _part_list(study: Study, name: str) -> Iterator[Row]:
    entries, fields = _part_lists[name]
    for position, entry in enumerate(entries(study)):
        row = dict(zip(fields, _part_values[name](entry), strict=True))
        row["position"] = position
        if name == "references":
            row["retractions"] = to_builtins(row["retractions"])
        yield row


def _outcomes(study: Study) -> Iterator[Row]:
    for kind, entries in _outcome_lists.items():
        for position, entry in enumerate(entries(study)):
            row = dict(zip(field_map.OUTCOME, _outcome_values(entry), strict=True))
            yield row | {"kind": kind, "position": position}


def facility_columns(location: Location) -> Row:
    """The columns of Facility from a location, as printed."""
    return dict(zip(PLACE_COLUMNS, _place_values(location), strict=True))


def facility_row(place: Row) -> Row:
    """The row of a new facility: text in NFC, current country name, masked names marked."""
    composed = {name: normalize(value) if isinstance(value, str) else value for name, value in place.items()}
    return composed | {
        "country": current_country_name(composed["country"]),
        "is_masked": is_placeholder_name(place["name"]),
        "is_active": True,
        "ror_id": "",
        "merged_into_id": None,
    }


def printed_overrides(place: Row, facility: Row) -> Row | None:
    """The printed values that differ from the facility; None when none does."""
    return {name: text for name, text in place.items() if facility[name] != text} or None


def person_row(contact: Contact | Official) -> Row:
    """The public columns of Person from a contact or an official."""
    if isinstance(contact, Official):
        return {"name": contact.name, "phone": "", "phone_ext": "", "email": ""}
    return dict(zip(field_map.PERSON, _person_values(contact), strict=True))


def role_row(contact: Contact | Official, kind: RoleKind, position: int) -> Row:
    """The columns of Role from a contact or an official, without its person and place."""
    affiliation = contact.affiliation if isinstance(contact, Official) else ""
    return {"kind": str(kind), "role": contact.role, "affiliation": affiliation, "position": position}


def trial_roles(study: Study) -> Iterator[tuple[Row, Row]]:
    """(person, role) of each central contact and official."""
    for position, contact in enumerate(central_contacts_of(study)):
        yield person_row(contact), role_row(contact, RoleKind.CENTRAL_CONTACT, position)
    for position, official in enumerate(officials_of(study)):
        yield person_row(official), role_row(official, RoleKind.OFFICIAL, position)


def site_roles(location: Location) -> Iterator[tuple[Row, Row]]:
    """(person, role) of each contact of a location."""
    for position, contact in enumerate(location.contacts):
        yield person_row(contact), role_row(contact, RoleKind.SITE_CONTACT, position)


def as_of_date(study: Study, today: str) -> str:
    """The date of a record: its last update, else its data version, else today (`yyyy-MM-dd`)."""
    row = study.protocol_section.status_module
    return row.last_update_post_date_struct.date or study.derived_section.misc_info_module.version_holder or today
