"""The mapping of each field of a registry record: its column, and its key in the API's document of a trial."""

from dataclasses import dataclass

from publishing.documents import CONTACT, FACILITY, LIST_FIELDS, SITE_STATUS, TRIAL
from registries.ctgov import field_map
from registries.ctgov.field_map import to_camel_case
from trials.models import Trial


@dataclass(frozen=True)
class MappedField:
    """One leaf of a record: its path, `Model.column`, the path in a trial's API document."""

    path: str
    column: str
    api: str


def mapped_fields() -> list[MappedField]:
    """Every leaf that the importer maps, in the record's order of modules."""
    mapped = [
        MappedField(to_camel_case(path), f"Trial.{name}", name if name in TRIAL else "")
        for name, path in field_map.TRIAL.items()
    ]
    for name, (path, _, fields) in field_map.PARTS.items():
        model = Trial._meta.get_field(name).related_model.__name__
        mapped += [
            _entry(path, inner, f"{model}.{column}", f"{name}[].{column}", column in LIST_FIELDS[name])
            for column, inner in fields.items()
        ]
    for path in field_map.OUTCOME_LISTS.values():
        mapped += [
            _entry(path, inner, f"Outcome.{column}", f"outcomes[].{column}", column in LIST_FIELDS["outcomes"])
            for column, inner in field_map.OUTCOME.items()
        ]
    return mapped + _contacts_and_sites()


def _contacts_and_sites() -> list[MappedField]:
    place = {**field_map.PLACE, **field_map.POINT}
    mapped = [
        _entry(field_map.LOCATIONS, inner, f"Facility.{column}", f"sites[].facility.{column}", column in FACILITY)
        for column, inner in place.items()
    ]
    mapped.append(
        _entry(field_map.LOCATIONS, "status", "StatusEvent.status", "sites[].status", "status" in SITE_STATUS)
    )
    lists = [
        (field_map.LOCATIONS + "[].contacts", "sites[].contacts[]", field_map.PERSON),
        (field_map.CENTRAL_CONTACTS, "central_contacts[]", field_map.PERSON),
        (field_map.OFFICIALS, "officials[]", {"name": "name"}),
    ]
    for path, api, fields in lists:
        mapped += [
            _entry(path, inner, f"Person.{name}", f"{api}.{name}", name in CONTACT) for name, inner in fields.items()
        ]
        mapped.append(_entry(path, "role", "Role.role", f"{api}.role", True))
    mapped.append(_entry(field_map.OFFICIALS, "affiliation", "Role.affiliation", "officials[].affiliation", True))
    return mapped


def _entry(path: str, inner: str, column: str, api: str, is_public: bool) -> MappedField:
    return MappedField(f"{to_camel_case(path)}[].{to_camel_case(inner)}", column, api if is_public else "")
