"""Parsing one record: the values of valid ones, and place and reason for every invalid one."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.ctgov.parser import RecordError, canonical_json, find_nct_id, read_study, record_hash
from registries.ctgov.schema import Study

NCT = "NCT90000077"


def record(identification: str = "", modules: str = "", sections: str = "") -> bytes:
    """A small record as text, with more text put into its parts."""
    text = '{"protocolSection":{"identificationModule":{"nctId":"%s"%s}%s}%s}'
    return (text % (NCT, identification, modules, sections)).encode("utf-8", "surrogatepass")


def locations(third: str) -> bytes:
    return module("contactsLocations", f'"locations":[{{"city":"A"}},{{"city":"B"}},{third}]')


def module(name: str, content: str) -> bytes:
    return record(modules=f',"{name}Module":{{{content}}}')


def start(date: str) -> bytes:
    return module("status", f'"startDateStruct":{{"date":{date}}}')


def test_a_record_is_parsed_unchanged():
    raw = locations('{"facility":"Clinic","status":"RECRUITING","geoPoint":{"lat":1,"lon":-2.5}}')
    location = read_study(raw).protocol_section.contacts_locations_module.locations[2]
    assert (location.facility, location.status, location.state) == ("Clinic", "RECRUITING", "")
    assert (location.geo_point.lat, location.geo_point.lon) == (1.0, -2.5)


def test_a_partial_date_keeps_its_precision():
    study = read_study(start('"2024-02"'))
    assert study.protocol_section.status_module.start_date_struct.date == "2024-02"


def test_a_point_with_one_coordinate_is_absent():
    location = read_study(locations('{"geoPoint":{"lat":9.5}}')).protocol_section.contacts_locations_module.locations[2]
    assert location.geo_point.lat is None


def test_the_invented_records_are_parsed(own_records):
    numbers = [read_study(raw).protocol_section.identification_module.nct_id for raw in own_records]
    assert numbers == [f"NCT{90000001 + number}" for number in range(18)]


@pytest.mark.registry
def test_the_real_records_are_parsed(registry_records, registry_folder):
    seeds = [path.read_bytes() for path in sorted((registry_folder / "seeds").glob("*.json"))]
    studies = [read_study(raw) for raw in [*registry_records, *seeds]]
    assert len(studies) == 2005
    assert all(study.protocol_section.status_module.overall_status for study in studies)


@pytest.mark.parametrize(
    "raw",
    [
        record(sections=',"x":' + "[" * 250 + "]" * 250),
        record(sections=',"x":"' + "[{" * 10_000 + '"'),
        record(identification=',"briefTitle":"C:\\\\bold\\\\u0007"'),
        record(identification=',"briefTitle":"a\\u003ab \\u2019 \\ud83d\\ude00 \\n\\t\\r"'),
        record(identification=',"briefTitle":"%s"' % ("x" * 100_000)),
        record(identification=',"briefTitle":"%s"' % ('\\"' * 60_000)),
        b" \n" + record().replace(b":", b" : ").replace(b"{", b"{\n\t") + b"\r\n",
    ],
    ids=["deep", "brackets in text", "backslashes", "escapes", "long", "long with escapes", "spaces"],
)
def test_unusual_but_valid_records_are_parsed(raw):
    assert isinstance(read_study(raw), Study)


REFUSED = {
    "empty": (b"", "the record is empty"),
    "spaces": (b" \n", "the record is empty"),
    "not JSON": (b"nope", "not JSON: invalid character (byte 4)"),
    "a list": (b"[]", "expected an object, got a list"),
    "a number": (b"5", "expected an object, got 5"),
    "null": (b"null", "expected an object, got null"),
    "cut off": (record()[:-1], f"{NCT}: not JSON: the record is cut off"),
    "two records": (record() * 2, f"{NCT}: not JSON: trailing characters (byte 69)"),
    "byte order mark": (b"\xef\xbb\xbf" + record(), f"{NCT}: not JSON: starts with a byte order mark"),
    "UTF-16": (record().decode().encode("utf-16"), "not JSON: invalid character (byte 0)"),
    "no number": (b"{}", "nctId: the NCT number is missing"),
    "short number": (record().replace(b"77", b"7"), "nctId: 'NCT9000007' is not an NCT number"),
    "number as number": (record().replace(b'"NCT90000077"', b"5"), "nctId: 5 is not an NCT number"),
    "alias": (record(',"nctIdAliases":["NCT9"]'), f"{NCT} nctIdAliases[0]: 'NCT9' is not an NCT number"),
    "text as null": (record(',"briefTitle":null'), f"{NCT} briefTitle: expected text, got null"),
    "text as list": (record(',"briefTitle":["a"]'), f"{NCT} briefTitle: expected text, got a list"),
    "section as list": (b'{"protocolSection":[]}', "protocolSection: expected an object, got a list"),
    "object as text": (locations('"C"'), f"{NCT} locations[2]: expected an object, got 'C'"),
    "list as object": (locations('{"contacts":{}}'), f"{NCT} locations[2].contacts: expected a list, got an object"),
    "bool as text": (
        module("oversight", '"isPpsd":"yes"'),
        f"{NCT} isPpsd: expected yes or no (true or false), got 'yes'",
    ),
    "unknown code": (locations('{"status":"OPEN"}'), f"{NCT} locations[2].status: unknown code 'OPEN'"),
    "code as number": (locations('{"status":5}'), f"{NCT} locations[2].status: expected a code, got 5"),
    "unknown role": (
        locations('{"contacts":[{"role":"BOSS"}]}'),
        f"{NCT} locations[2].contacts[0].role: unknown code 'BOSS'",
    ),
    "unknown phase": (module("design", '"phases":["NA","PHASE9"]'), f"{NCT} phases[1]: unknown code 'PHASE9'"),
    "empty code in a list": (module("design", '"phases":[""]'), f"{NCT} phases[0]: unknown code ''"),
    "impossible date": (start('"2026-02-30"'), f"{NCT} startDateStruct.date: '2026-02-30' is not a date"),
    "no leap year": (start('"1900-02-29"'), f"{NCT} startDateStruct.date: '1900-02-29' is not a date"),
    "date in words": (start('"May 2024"'), f"{NCT} startDateStruct.date: 'May 2024' is not a date"),
    "date with a line break": (start('"2026-02\\n"'), f"{NCT} startDateStruct.date: '2026-02\\n' is not a date"),
    "date as number": (start("2026"), f"{NCT} startDateStruct.date: 2026 is not a date"),
    "below zero": (
        module("design", '"enrollmentInfo":{"count":-1}'),
        f"{NCT} enrollmentInfo.count: -1 is not a whole number from 0 to 2147483647",
    ),
    "beyond the column": (
        module("design", '"enrollmentInfo":{"count":2147483648}'),
        f"{NCT} enrollmentInfo.count: 2147483648 is not a whole number from 0 to 2147483647",
    ),
    "latitude": (
        locations('{"geoPoint":{"lat":90.5,"lon":0}}'),
        f"{NCT} locations[2].geoPoint.lat: 90.5 is not a latitude from -90 to 90",
    ),
    "longitude": (
        locations('{"geoPoint":{"lat":0,"lon":"7"}}'),
        f"{NCT} locations[2].geoPoint.lon: '7' is not a longitude from -180 to 180",
    ),
    "NaN": (record(sections=',"x":{"y":[1,NaN]}'), f"{NCT} x.y[1]: NaN is not JSON"),
    "Infinity": (
        locations('{"geoPoint":{"lat":-Infinity}}'),
        f"{NCT} locations[2].geoPoint.lat: -Infinity is not JSON",
    ),
    "huge float": (record(sections=',"x":1e999'), f"{NCT} x: the number is too large"),
    "huge whole number": (record(sections=',"x":%s' % ("9" * 30)), f"{NCT} x: the number is too large"),
    "endless whole number": (record(sections=',"x":%s' % ("9" * 9_999)), f"{NCT} x: the number is too large"),
    "NUL": (locations('{"city":"a\\u0000"}'), f"{NCT} locations[2].city: control character U+0000"),
    "NUL where nothing is modelled": (
        record(sections=',"resultsSection":{"a":["b\\u0000"]}'),
        f"{NCT} resultsSection.a[0]: control character U+0000",
    ),
    "bell": (locations('{"city":"\\u0007"}'), f"{NCT} locations[2].city: control character U+0007"),
    "backspace": (locations('{"city":"\\b"}'), f"{NCT} locations[2].city: control character U+0008"),
    "delete": (locations('{"city":"\x7f"}'), f"{NCT} locations[2].city: control character U+007F"),
    "control byte": (locations('{"city":"\x01"}'), f"{NCT} locations[2].city: control character U+0001"),
    "control character in a key": (record(sections=',"\\u0001":1'), f"{NCT}: control character U+0001"),
    "lone surrogate": (
        locations('{"city":"\\ud83d"}'),
        f"{NCT} locations[2].city: not Unicode text: a lone surrogate, or a byte that is not UTF-8",
    ),
    "lone surrogate as bytes": (
        locations('{"city":"\ud83d"}'),
        f"{NCT} locations[2].city: not Unicode text: a lone surrogate, or a byte that is not UTF-8",
    ),
    "Latin-1": (
        locations('{"city":"Köln"}').decode().encode("latin-1"),
        f"{NCT} locations[2].city: not Unicode text: a lone surrogate, or a byte that is not UTF-8",
    ),
    "a key twice": (
        locations('{"city":"a","city":"b"}'),
        f"{NCT} locations[2].city: the key appears twice in one object",
    ),
    "a key twice beside an escaped colon": (
        locations('{"x":"\\u003a","y":{"q":1,"q":2}}'),
        f"{NCT} locations[2].y.q: the key appears twice in one object",
    ),
    "a million characters": (
        record(',"briefTitle":"%s"' % ("x" * 1_000_000)),
        f"{NCT} briefTitle: text of 1,000,000 characters; 100,000 are allowed",
    ),
    "a million quotes": (
        record(sections=',"x":[{"y":"%s"}]' % ('\\"' * 1_000_000)),
        f"{NCT} x[0].y: text of 1,000,000 characters; 100,000 are allowed",
    ),
    "deep lists": (
        record(sections=',"x":{"y":' + "[" * 10_000 + "]" * 10_000 + "}"),
        f"{NCT} x.y: nested deeper than 254 levels",
    ),
    "deep objects": (
        record(sections=',"x":' + '{"z":' * 10_000 + "1" + "}" * 10_000),
        f"{NCT} x.z.z.z.z: nested deeper than 254 levels",
    ),
    "deep in a title": (
        record(',"briefTitle":' + "[" * 300 + "]" * 300),
        f"{NCT} briefTitle: nested deeper than 254 levels",
    ),
    "deep without end": (b"[" * 100_000, "the record: nested deeper than 254 levels"),
}


@pytest.mark.parametrize(("raw", "message"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_record_is_refused_with_place_and_reason(raw, message):
    with pytest.raises(RecordError) as refused:
        read_study(raw)
    assert str(refused.value) == message


def test_the_error_has_number_place_and_reason():
    with pytest.raises(RecordError) as refused:
        read_study(locations('{"status":"OPEN"}'))
    assert (refused.value.nct_id, refused.value.place) == (NCT, "locations[2].status")
    assert refused.value.reason == "unknown code 'OPEN'"


@given(st.binary(max_size=60))
def test_random_bytes_cause_no_other_error(raw):
    with pytest.raises(RecordError):
        read_study(raw)


@given(data=st.data())
def test_a_record_with_changed_bytes_is_parsed_or_refused(data, own_records):
    raw = bytearray(data.draw(st.sampled_from(own_records)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    with contextlib.suppress(RecordError):
        assert isinstance(read_study(bytes(raw)), Study)


def test_the_number_is_extracted_without_parsing():
    assert find_nct_id(record().replace(b":", b" : ")) == NCT
    assert find_nct_id(b"nope") == ""


def test_the_digest_compares_bytes_and_the_canonical_form_compares_content():
    raw = record(',"acronym":"A"')
    respelt = json.dumps(dict(reversed(json.loads(raw).items())), indent=3).encode()
    assert len(record_hash(raw)) == 32
    assert record_hash(raw) != record_hash(respelt)
    assert canonical_json(raw) == canonical_json(respelt)
    assert canonical_json(raw) != canonical_json(raw.replace(b'"A"', b'"B"'))
