"""Serializes a study to a record, overlaid on the received one, so that keys that are not modelled are kept. Pure."""

from typing import Any

from msgspec import to_builtins

from registries.ctgov.list_matching import match_entries
from registries.ctgov.schema import Study

Json = dict[str, Any]


def study_to_json(study: Study) -> Json:
    """The study in the registry's JSON: absent values and empty parts are omitted, never null."""
    return _without_empty_parts(to_builtins(study))


def overlay(received: Json, theirs: Json, ours: Json) -> Json:
    """The received record, changed only where ours differs from theirs.

    `theirs` is `study_to_json` of the received record, `ours` of our rows. Keys that are in neither (not modelled, or
    received empty) are kept, also inside list entries; keys that ours no longer has are dropped, and so are parts that
    this empties. The arguments are not modified.
    """
    result = {}
    for key, value in received.items():
        before, after = theirs.get(key), ours.get(key)
        if before == after:
            result[key] = value
        elif (changed := _overlay_value(value, before, after)) is not None:
            result[key] = changed
    return result | {key: value for key, value in ours.items() if key not in received}


def _overlay_value(received: Any, theirs: Any, ours: Any) -> Any:
    """One value that differs; None when it is dropped. `theirs` and `ours` are None where they have no value."""
    if isinstance(theirs, dict) or isinstance(ours, dict):
        received = received if isinstance(received, dict) else {}
        return overlay(received, theirs or {}, ours or {}) or None
    if isinstance(theirs, list) and isinstance(ours, list):
        return _overlay_list(received, theirs, ours)
    return ours


def _overlay_list(received: list, theirs: list, ours: list) -> list:
    """Our entries in our order, each overlaid on the received entry that it matches."""
    if not all(isinstance(entry, dict) for entry in (*theirs, *ours)):
        return ours
    matches = match_entries(ours, theirs)
    return [
        overlay(received[matches[index]], theirs[matches[index]], entry) if index in matches else entry
        for index, entry in enumerate(ours)
    ]


def _without_empty_parts(value: Any) -> Any:
    """The value without keys of empty objects; empty list entries are kept, so that indexes do not change."""
    if isinstance(value, list):
        return [_without_empty_parts(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    parts = ((key, _without_empty_parts(part)) for key, part in value.items())
    return {key: part for key, part in parts if part != {}}
