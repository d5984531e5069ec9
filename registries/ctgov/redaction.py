"""Taking erased people out of a record: the documented exception to lossless (docs/decisions/0010). Pure.

A record on its way in loses the contact. A record that was taken in keeps a mark in its place where it told the bulk
road's rows, so that those can be retold under the same ids; `without_marks` is the record without them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from contacts.erasure.suppression_list import MARK, Erased
from contacts.person_matching import same_place
from sites.place_names import country_today

Json = dict[str, Any]
Known = Callable[[Json], bool]


def without_erased(received: bytes, erased: Erased, *, marked: bool = False) -> bytes:
    """The record without erased people (or with marks in place of them); the very bytes given when it names none."""
    record = orjson.loads(received)
    found = [_take_out(*where, erased, marked) for where in _lists(record)]
    found.append(_take_out_point_of_contact(record, erased))
    return orjson.dumps(record) if any(found) else received


def without_marks(received: str) -> str:
    """The record as it goes out and is compared: nothing stands where somebody was erased."""
    if MARK not in received:
        return received
    record = orjson.loads(received)
    for holder, key, _ in _lists(record):
        _keep(holder, key, [entry for entry in holder[key] if not entry.get("name", "").startswith(MARK)])
    return orjson.dumps(record).decode()


def _lists(record: Json) -> Iterator[tuple[Json, str, str]]:
    """(what holds a list of contacts, under which key, the place that it is about)."""
    protocol = record.get("protocolSection", {})
    module = protocol.get("contactsLocationsModule", {})
    number = same_place(protocol.get("identificationModule", {}).get("nctId", ""))
    for key in ("centralContacts", "overallOfficials"):
        if module.get(key):
            yield module, key, number
    for location in module.get("locations", []):
        if location.get("contacts"):
            country = country_today(location.get("country", ""))
            yield location, "contacts", same_place(location.get("facility", ""), location.get("city", ""), country)


def _take_out(holder: Json, key: str, place: str, erased: Erased, marked: bool) -> bool:
    left, found = [], False
    for entry in holder[key]:
        is_theirs = erased.knows(*_values(entry), place)
        found |= is_theirs
        if not is_theirs:
            left.append(entry)
        elif marked:
            left.append(_marked(entry, erased))
    if found:
        _keep(holder, key, left)
    return found


def _keep(holder: Json, key: str, entries: list[Json]) -> None:
    """An emptied list goes, as the registry has none that is empty."""
    if entries:
        holder[key] = entries
    else:
        del holder[key]


def _values(entry: Json) -> tuple[str, str, str]:
    return entry.get("name", ""), entry.get("phone", ""), entry.get("email", "")


def _marked(entry: Json, erased: Erased) -> Json:
    """The duty alone. Entries that were one person have one mark."""
    mark = erased.mark(*_values(entry), entry.get("phoneExt", ""))
    return {"name": mark} | {key: entry[key] for key in ("affiliation", "role") if key in entry}


def _take_out_point_of_contact(record: Json, erased: Erased) -> bool:
    """Whom to ask about the results: not modelled, but kept as received."""
    number = same_place(record.get("protocolSection", {}).get("identificationModule", {}).get("nctId", ""))
    module = record.get("resultsSection", {}).get("moreInfoModule", {})
    contact = module.get("pointOfContact", {})
    if not contact or not erased.knows(*_values(contact | {"name": contact.get("title", "")}), number):
        return False
    del module["pointOfContact"]
    return True


def scrubbed(value: Any, is_theirs: Known) -> Any:
    """Any JSON without the contacts that are theirs, wherever they stand in it."""
    if isinstance(value, list):
        return [scrubbed(one, is_theirs) for one in value if not (isinstance(one, dict) and is_theirs(one))]
    if isinstance(value, dict):
        return {key: scrubbed(one, is_theirs) for key, one in value.items()}
    return value
