"""Taking erased people out of a record: the documented exception to lossless (docs/decisions/0010). Pure.

A record on its way in loses the contact. A record that was taken in keeps a mark in its place where it told the bulk
road's rows, so that those can be retold under the same ids; `without_marks` is the record without them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from contacts.erasure.suppression_list import TOMBSTONE_PREFIX, SuppressionList
from contacts.person_matching import normalize_place
from sites.place_names import current_country_name

Json = dict[str, Any]
PersonPredicate = Callable[[Json], bool]


def redact_record(received: bytes, suppression_list: SuppressionList, *, with_tombstones: bool = False) -> bytes:
    """The record without erased people (or with marks in place of them); the very bytes given when it names none."""
    record = orjson.loads(received)
    found = [_redact_list(*where, suppression_list, with_tombstones) for where in _contact_lists(record)]
    found.append(_redact_point_of_contact(record, suppression_list))
    return orjson.dumps(record) if any(found) else received


def strip_tombstones(received: str) -> str:
    """The record as it goes out and is compared: nothing stands where somebody was erased."""
    if TOMBSTONE_PREFIX not in received:
        return received
    record = orjson.loads(received)
    for holder, key, _ in _contact_lists(record):
        _set_or_drop(
            holder, key, [entry for entry in holder[key] if not entry.get("name", "").startswith(TOMBSTONE_PREFIX)]
        )
    return orjson.dumps(record).decode()


def _contact_lists(record: Json) -> Iterator[tuple[Json, str, str]]:
    """(what holds a list of contacts, under which key, the place that it is about)."""
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
    left, found = [], False
    for entry in holder[key]:
        is_theirs = suppression_list.matches(*_contact_values(entry), place)
        found |= is_theirs
        if not is_theirs:
            left.append(entry)
        elif with_tombstones:
            left.append(_tombstone_entry(entry, suppression_list))
    if found:
        _set_or_drop(holder, key, left)
    return found


def _set_or_drop(holder: Json, key: str, entries: list[Json]) -> None:
    """An emptied list goes, as the registry has none that is empty."""
    if entries:
        holder[key] = entries
    else:
        del holder[key]


def _contact_values(entry: Json) -> tuple[str, str, str]:
    return entry.get("name", ""), entry.get("phone", ""), entry.get("email", "")


def _tombstone_entry(entry: Json, suppression_list: SuppressionList) -> Json:
    """The duty alone. Entries that were one person have one mark."""
    mark = suppression_list.tombstone(*_contact_values(entry), entry.get("phoneExt", ""))
    return {"name": mark} | {key: entry[key] for key in ("affiliation", "role") if key in entry}


def _redact_point_of_contact(record: Json, suppression_list: SuppressionList) -> bool:
    """Whom to ask about the results: not modelled, but kept as received."""
    number = normalize_place(record.get("protocolSection", {}).get("identificationModule", {}).get("nctId", ""))
    module = record.get("resultsSection", {}).get("moreInfoModule", {})
    contact = module.get("pointOfContact", {})
    if not contact or not suppression_list.matches(
        *_contact_values(contact | {"name": contact.get("title", "")}), number
    ):
        return False
    del module["pointOfContact"]
    return True


def redact_json(value: Any, is_theirs: PersonPredicate) -> Any:
    """Any JSON without the contacts that are theirs, wherever they stand in it."""
    if isinstance(value, list):
        return [redact_json(one, is_theirs) for one in value if not (isinstance(one, dict) and is_theirs(one))]
    if isinstance(value, dict):
        return {key: redact_json(one, is_theirs) for key, one in value.items()}
    return value
