"""Removes erased people from records: the documented exception to lossless storage (docs/decisions/0010). Pure.

An incoming record loses the contact. In a stored record from which bulk-inserted rows are rebuilt, a tombstone
replaces the contact, so that the rows keep their ids; `strip_tombstones` removes it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from contacts.erasure.suppression_list import TOMBSTONE_PREFIX, SuppressionList
from contacts.person_matching import normalize_place
from sites.placeholder_names import current_country_name

Json = dict[str, Any]
PersonPredicate = Callable[[Json], bool]


def redact_record(received: bytes, suppression_list: SuppressionList, *, with_tombstones: bool = False) -> bytes:
    """The record without erased people (or with tombstones instead); the given bytes unchanged when it names none."""
    record = orjson.loads(received)
    redacted = [_redact_list(*contacts, suppression_list, with_tombstones) for contacts in _contact_lists(record)]
    redacted.append(_redact_point_of_contact(record, suppression_list))
    return orjson.dumps(record) if any(redacted) else received


def strip_tombstones(received: str) -> str:
    """The record without tombstones, for export and comparison."""
    if TOMBSTONE_PREFIX not in received:
        return received
    record = orjson.loads(received)
    for holder, key, _ in _contact_lists(record):
        _set_or_drop(
            holder, key, [entry for entry in holder[key] if not entry.get("name", "").startswith(TOMBSTONE_PREFIX)]
        )
    return orjson.dumps(record).decode()


def _contact_lists(record: Json) -> Iterator[tuple[Json, str, str]]:
    """(object that holds a list of contacts, key of the list, normalized place: trial number or facility)."""
    protocol = record.get("protocolSection", {})
    module = protocol.get("contactsLocationsModule", {})
    number = normalize_place(protocol.get("identificationModule", {}).get("nctId", ""))
    for key in ("centralContacts", "overallOfficials"):
        if module.get(key):
            yield module, key, number
    for location in module.get("locations", []):
        if location.get("contacts"):
            country = current_country_name(location.get("country", ""))
            yield location, "contacts", normalize_place(location.get("facility", ""), location.get("city", ""), country)


def _redact_list(holder: Json, key: str, place: str, suppression_list: SuppressionList, with_tombstones: bool) -> bool:
    remaining, is_redacted = [], False
    for entry in holder[key]:
        is_erased = suppression_list.matches(*_contact_values(entry), place)
        is_redacted |= is_erased
        if not is_erased:
            remaining.append(entry)
        elif with_tombstones:
            remaining.append(_tombstone_entry(entry, suppression_list))
    if is_redacted:
        _set_or_drop(holder, key, remaining)
    return is_redacted


def _set_or_drop(holder: Json, key: str, entries: list[Json]) -> None:
    """Set a list; drop the key when the list is empty, as the registry has no empty lists."""
    if entries:
        holder[key] = entries
    else:
        del holder[key]


def _contact_values(entry: Json) -> tuple[str, str, str]:
    return entry.get("name", ""), entry.get("phone", ""), entry.get("email", "")


def _tombstone_entry(entry: Json, suppression_list: SuppressionList) -> Json:
    """Affiliation and role with a tombstone as name; entries of one person have the same tombstone."""
    tombstone = suppression_list.tombstone(*_contact_values(entry), entry.get("phoneExt", ""))
    return {"name": tombstone} | {key: entry[key] for key in ("affiliation", "role") if key in entry}


def _redact_point_of_contact(record: Json, suppression_list: SuppressionList) -> bool:
    """The point of contact of the results, which is not modelled but stored as received."""
    number = normalize_place(record.get("protocolSection", {}).get("identificationModule", {}).get("nctId", ""))
    module = record.get("resultsSection", {}).get("moreInfoModule", {})
    contact = module.get("pointOfContact", {})
    if not contact or not suppression_list.matches(
        *_contact_values(contact | {"name": contact.get("title", "")}), number
    ):
        return False
    del module["pointOfContact"]
    return True


def redact_json(value: Any, is_erased: PersonPredicate) -> Any:
    """Any JSON without the list entries for which the predicate is true, at any depth."""
    if isinstance(value, list):
        return [redact_json(item, is_erased) for item in value if not (isinstance(item, dict) and is_erased(item))]
    if isinstance(value, dict):
        return {key: redact_json(item, is_erased) for key, item in value.items()}
    return value
