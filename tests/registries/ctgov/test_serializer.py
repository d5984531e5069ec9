"""Serializing over the received record: only values that differ change."""

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registries.ctgov.parser import RecordError, read_study
from registries.ctgov.schema import Location, Study
from registries.ctgov.serializer import overlay, study_to_json
from tests.records.generate import records

LOCATIONS = "contactsLocationsModule", "locations"


def modelled_part(record: dict) -> dict:
    """The modelled part of a record."""
    return study_to_json(read_study(json.dumps(record).encode()))


def locations_of(record: dict) -> list:
    return record["protocolSection"]["contactsLocationsModule"]["locations"]


def leaves(value: Any, path: tuple = ()) -> dict[tuple, Any]:
    """Path → value of every leaf, empty lists and objects included."""
    if not value or not isinstance(value, dict | list):
        return {path: value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    return {inner: leaf for key, part in parts for inner, leaf in leaves(part, (*path, key)).items()}


def value_at(value: Any, path: tuple) -> Any:
    for key in path:
        value = value[key]
    return value


def test_absent_values_are_not_serialized():
    study = Study()
    study.protocol_section.contacts_locations_module.locations = [Location(), Location(facility="Clinic")]
    assert study_to_json(Study()) == {}
    assert study_to_json(study) == {
        "protocolSection": {"contactsLocationsModule": {"locations": [{}, {"facility": "Clinic"}]}}
    }


def test_a_fully_modelled_record_is_serialized_unchanged(own_records):
    record = json.loads(own_records[7])
    assert modelled_part(record) == record


@pytest.mark.parametrize(
    "record", records(), ids=lambda record: record["protocolSection"]["identificationModule"]["nctId"]
)
def test_equal_values_change_nothing(record):
    received = copy.deepcopy(record)
    assert overlay(record, modelled_part(record), modelled_part(record)) == received == record


@pytest.mark.registry
def test_real_records_are_serialized_unchanged(registry_records, registry_folder):
    seeds = [path.read_bytes() for path in sorted((registry_folder / "seeds").glob("*.json"))]
    for raw in [*registry_records, *seeds]:
        received, theirs = json.loads(raw), study_to_json(read_study(raw))
        assert overlay(received, theirs, copy.deepcopy(theirs)) == received


def test_keys_keep_their_order():
    record = {"hasResults": False, "novel": 1, "protocolSection": records()[0]["protocolSection"]}
    theirs = modelled_part(record)
    ours = theirs | {"hasResults": True}
    assert list(overlay(record, theirs, ours)) == ["hasResults", "novel", "protocolSection"]


NOVEL = st.sampled_from([None, 0, "", "text", [], {}, [{}], {"name": {"deep": [1.5, None]}}])
REQUIRED_KEYS = {"protocolSection", "identificationModule", "nctId"}


@st.composite
def mutated(draw) -> dict:
    """An invented record with keys removed, added and reordered, entries repeated and reversed, texts replaced."""
    record = copy.deepcopy(draw(st.sampled_from(records())))
    for _ in range(draw(st.integers(1, 8))):
        places = [path[:depth] for path in leaves(record) for depth in range(1, len(path) + 1)]
        *way, last = draw(st.sampled_from(places))
        holder = value_at(record, tuple(way))
        _mutate(draw, holder, last)
    return record


def _mutate(draw, holder, last) -> None:
    match draw(st.sampled_from(["drop", "add", "shuffle", "repeat", "text"])):
        case "drop" if last not in REQUIRED_KEYS:
            del holder[last]
        case "add" if isinstance(holder, dict):
            holder[draw(st.sampled_from(["novel", "extra", "zz"]))] = draw(NOVEL)
        case "shuffle":
            _shuffle(holder, draw(st.integers(0, 99)))
        case "repeat" if isinstance(holder, list):
            holder.insert(0, copy.deepcopy(holder[last]))
        case "text" if last in {"description", "facility", "name", "label", "measure", "city", "citation", "id"}:
            holder[last] = draw(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=9))


def _shuffle(holder, seed: int) -> None:
    entries = list(holder.items()) if isinstance(holder, dict) else list(holder)
    random.Random(seed).shuffle(entries)
    holder.clear()
    holder.update(entries) if isinstance(holder, dict) else holder.extend(entries)


@given(record=mutated())
def test_a_mutated_record_is_serialized_unchanged(record):
    try:
        theirs = modelled_part(record)
    except RecordError:
        assume(False)
    assert overlay(record, theirs, copy.deepcopy(theirs)) == record


@given(record=st.sampled_from(records()), data=st.data())
def test_only_the_edited_leaf_changes(record, data):
    theirs = modelled_part(record)
    ours = copy.deepcopy(theirs)
    path = data.draw(st.sampled_from([path for path, leaf in leaves(theirs).items() if isinstance(leaf, str)]))
    value_at(ours, path[:-1])[path[-1]] = "edited"
    assert leaves(overlay(record, theirs, ours)) == leaves(record) | {path: "edited"}


@given(record=st.sampled_from(records()), data=st.data())
def test_only_the_removed_leaf_disappears(record, data):
    theirs = modelled_part(record)
    ours = copy.deepcopy(theirs)
    path = data.draw(st.sampled_from([path for path in leaves(theirs) if isinstance(path[-1], str)]))
    del value_at(ours, path[:-1])[path[-1]]
    result, before = leaves(overlay(record, theirs, ours)), leaves(record)
    assert {leaf for leaf in before if leaf not in result} == {path}
    assert all(value in ({}, before.get(leaf)) for leaf, value in result.items())


def test_unmodelled_keys_stay_with_their_entry_when_entries_move_and_change():
    record = records()[16]
    for number, location in enumerate(locations_of(record)):
        location |= {"mark": number, "zip": str(number)}
    locations_of(record).append({"facility": "Third", "city": "Delft", "country": "Netherlands", "mark": 2})
    theirs = modelled_part(record)
    ours = copy.deepcopy(theirs)
    first, _, third = locations_of(ours)
    ours["protocolSection"]["contactsLocationsModule"]["locations"] = [
        third | {"status": "RECRUITING"},
        first,
        {"city": "New"},
    ]
    result = locations_of(overlay(record, theirs, ours))
    assert [(location.get("facility"), location.get("mark")) for location in result] == [
        ("Third", 2),
        ("Hospital of Tomorrow", 0),
        (None, 1),
    ]
    assert result[0]["status"] == "RECRUITING"


def test_an_emptied_module_is_removed_unless_it_has_unmodelled_keys():
    record = records()[16]
    theirs = modelled_part(record)
    ours = copy.deepcopy(theirs)
    del ours["protocolSection"]["contactsLocationsModule"]
    del ours["protocolSection"]["designModule"]
    result = overlay(record, theirs, ours)["protocolSection"]
    assert result["contactsLocationsModule"] == {"novel": "text"}
    assert "designModule" not in result


def test_added_values_are_serialized():
    record = records()[14]
    ours = copy.deepcopy(modelled_part(record)) | {"hasResults": True}
    ours["protocolSection"]["conditionsModule"] = {"conditions": ["Examplitis"]}
    assert overlay(record, modelled_part(record), ours) == ours


def test_values_received_empty_are_filled():
    record = records()[15]
    theirs = modelled_part(record)
    ours = copy.deepcopy(theirs)
    ours["protocolSection"]["conditionsModule"] = {"conditions": ["Examplitis"]}
    locations_of(ours)[0]["geoPoint"] = {"lat": 1.0, "lon": 2.0}
    result = overlay(record, theirs, ours)
    assert result["protocolSection"]["conditionsModule"] == {"conditions": ["Examplitis"], "keywords": []}
    assert locations_of(result)[0]["geoPoint"] == {"lat": 1.0, "lon": 2.0}
