"""Builds a study from our rows, for exports and comparisons; the inverse of `study_to_rows`."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Any

from msgspec import convert

from common import dates
from contacts.choices import RoleKind
from contacts.visibility import is_active_on
from publishing.trial_data import Row, TrialData
from registries.ctgov import field_map, study_to_rows
from registries.ctgov.schema import Contact, GeoPoint, Location, Mesh, Official, Outcome, Retraction, Study
from sites.choices import Listing
from sites.public_status import is_recruiting

#: Relation of Trial → (type of its list's entries, column → attribute).
LIST_ENTRY_TYPES: dict[str, tuple[Any, dict[str, str]]] = {
    name: (entry, fields) for name, (_, entry, fields) in field_map.PARTS.items()
} | {"outcomes": (Outcome, field_map.OUTCOME)}


def build_study(trial_data: TrialData) -> Study:
    """The study with all modelled values of our rows."""
    study = Study()
    for column, path in field_map.TRIAL.items():
        _set_path(study, path, record_value(column, trial_data.trial[column]))
    for path in (*(path for path, *_ in field_map.PARTS.values()), *field_map.OUTCOME_LISTS.values()):
        list_path = field_map.to_camel_case(path)
        _set_path(study, path, [build_entry(list_path, row) for row in rows_for_path(trial_data, list_path)])
    _set_path(study, field_map.LOCATIONS, [build_location(site) for site in exported_sites(trial_data)])
    _set_path(study, field_map.CENTRAL_CONTACTS, build_contacts(trial_data.roles, RoleKind.CENTRAL_CONTACT))
    _set_path(
        study, field_map.OFFICIALS, [build_official(role) for role in active_roles(trial_data.roles, RoleKind.OFFICIAL)]
    )
    return study


def sends_site_statuses(trial_data: TrialData, received: Study | None = None) -> bool:
    """Whether the exported record has the statuses of sites.

    It has while the trial recruits (docs/decisions/0014), and where the received record had them under the same overall
    status.
    """
    trial = trial_data.trial
    if is_recruiting(trial["overall_status"], trial["last_known_status"]):
        return True
    if received is None or received.protocol_section.status_module.overall_status != trial["overall_status"]:
        return False
    return any(location.status for location in attrgetter(field_map.LOCATIONS)(received))


def clear_site_statuses(study: Study) -> None:
    """Remove the status of each location of a study."""
    for location in attrgetter(field_map.LOCATIONS)(study):
        location.status = ""


def exported_sites(trial_data: TrialData) -> list[Row]:
    """The sites of the exported record: listed ones and those added here, not delisted ones."""
    return [site for site in trial_data.sites if site["listing"] != Listing.DELISTED]


def build_location(site: Row) -> Location:
    """The location of a site, its facility as the record prints it."""
    printed = {name: site["facility"][name] for name in study_to_rows.PLACE_COLUMNS} | (site["printed_overrides"] or {})
    place = {attribute: printed[column] for column, attribute in field_map.PLACE.items()}
    return Location(
        **place,
        status=site["status"],
        geo_point=GeoPoint(lat=printed["latitude"], lon=printed["longitude"]),
        contacts=build_contacts(site["roles"], RoleKind.SITE_CONTACT),
    )


def build_contacts(roles: Iterable[Row], kind: RoleKind) -> list[Contact]:
    """The contacts with an active role of a kind."""
    return [
        Contact(role=role["role"], **{name: role["person"][column] for column, name in field_map.PERSON.items()})
        for role in active_roles(roles, kind)
    ]


def active_roles(roles: Iterable[Row], kind: RoleKind, *, on: date | None = None) -> list[Row]:
    """The roles of a kind that are in force on a day (default: today)."""
    day = on or dates.today()
    return [
        role for role in roles if role["kind"] == kind and is_active_on(role["starts_on"], role["ends_before"], on=day)
    ]


def build_official(role: Row) -> Official:
    return Official(name=role["person"]["name"], affiliation=role["affiliation"], role=role["role"])


def build_entry(list_path: str, row: Row) -> Any:
    """The entry of the list at a path, from its row."""
    entry_type, fields = LIST_ENTRY_TYPES[field_map.RELATION_BY_PATH[list_path]]
    entry = entry_type(**{attribute: row[column] for column, attribute in fields.items()})
    if entry_type is field_map.schema.Reference:
        entry.retractions = convert(entry.retractions, list[Retraction])
    return entry


def row_ids_by_path(trial_data: TrialData) -> dict[str, list[int]]:
    """The row ids of a trial's lists, by the path of the list."""
    return {path: [row["id"] for row in rows_for_path(trial_data, path)] for path in field_map.RELATION_BY_PATH}


def rows_for_path(trial_data: TrialData, path: str) -> list[Row]:
    """The rows of one list of a record, in order."""
    rows, kind = trial_data.lists[field_map.RELATION_BY_PATH[path]], field_map.OUTCOME_KIND_BY_PATH.get(path)
    return [row for row in rows if kind is None or row["kind"] == kind]


def record_value(column: str, value: Any) -> Any:
    """A column's value in the form of the record: a missing date is an empty text."""
    if column in study_to_rows.JSON_COLUMNS:
        return convert(value, list[Mesh])
    if value is None and column.endswith("_on"):
        return ""
    return str(value) if column.endswith("_on") else value


def _set_path(study: Study, path: str, value: Any) -> None:
    """Set a dotted path of a study."""
    container, _, attribute = path.rpartition(".")
    setattr(attrgetter(container)(study) if container else study, attribute, value)
