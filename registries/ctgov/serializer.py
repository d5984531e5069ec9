"""Writing a record: what we hold, laid over what was received, so that nothing that we do not model is lost. Pure."""

from typing import Any

from msgspec import to_builtins

from registries.ctgov.list_matching import match_entries
from registries.ctgov.schema import Study

Json = dict[str, Any]


def study_to_json(study: Study) -> Json:
    """The study as the registry writes it: absent values and empty parts left out, never null."""
    return _without_empty_parts(to_builtins(study))


def nest_value(path: str, value: Any) -> Json:
    """A record that says nothing but a value at a dotted path; None: nothing at all."""
    if value is None:
        return {}
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def overlay(received: Json, theirs: Json, ours: Json) -> Json:
    """The received record, changed only where ours differs from what it said.

    `theirs` is `study_json` of the received record, `ours` of our rows. Keys that are in neither (not modelled, or
    empty as received) stay, also inside the entries of lists; keys that ours no longer has go, and with them the parts
    that this empties. Nothing given is changed.
    """
    laid = {}
    for key, value in received.items():
        said, says = theirs.get(key), ours.get(key)
        if said == says:
            laid[key] = value
        elif (changed := _overlay_value(value, said, says)) is not None:
            laid[key] = changed
    return laid | {key: value for key, value in ours.items() if key not in received}


def _overlay_value(received: Any, theirs: Any, ours: Any) -> Any:
    """One value that ours says differently; None when it goes. Theirs and ours are None where they have nothing."""
    if isinstance(theirs, dict) or isinstance(ours, dict):
        known = received if isinstance(received, dict) else {}
        return overlay(known, theirs or {}, ours or {}) or None
    if isinstance(theirs, list) and isinstance(ours, list):
        return _overlay_list(received, theirs, ours)
    return ours


def _overlay_list(received: list, theirs: list, ours: list) -> list:
    """Our entries in our order, each over the received entry that it was."""
    if not all(isinstance(entry, dict) for entry in (*theirs, *ours)):
        return ours
    was = match_entries(ours, theirs)
    return [
        overlay(received[was[place]], theirs[was[place]], entry) if place in was else entry
        for place, entry in enumerate(ours)
    ]


def _without_empty_parts(value: Any) -> Any:
    """The same without keys that lead to an empty object; entries of lists stay, so that their places do."""
    if isinstance(value, list):
        return [_without_empty_parts(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    parts = ((key, _without_empty_parts(part)) for key, part in value.items())
    return {key: part for key, part in parts if part != {}}
