"""Synthetic studies are reproducible, and the importer can read them."""

import gzip

import orjson
import pytest

from benchmarks.generator import PROFILES, changed, records, write
from registries.ctgov.parser import read_study

SOME = 400


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first, again, other = (tmp_path / f"{name}.ndjson.gz" for name in ("first", "again", "other"))
    for path, seed in ((first, 3), (again, 3), (other, 4)):
        write(path, records(20, seed=seed))
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_a_packed_file_holds_what_a_plain_one_does(tmp_path):
    size = write(tmp_path / "plain.ndjson", records(5))
    write(tmp_path / "packed.ndjson.gz", records(5))
    plain = (tmp_path / "plain.ndjson").read_bytes()
    assert gzip.decompress((tmp_path / "packed.ndjson.gz").read_bytes()) == plain
    assert size == len(plain)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_importer_reads_every_record_and_its_new_version(profile):
    for study in changed(records(SOME, profile=profile), 0.5):
        read = read_study(orjson.dumps(study))
        assert read.protocol_section.identification_module.nct_id == nct_id(study)


def test_the_numbers_follow_one_another_from_the_first():
    assert [nct_id(study) for study in records(3, first=98)] == ["NCT00000098", "NCT00000099", "NCT00000100"]


def test_later_studies_stand_at_the_same_facilities():
    assert len(names(records(SOME)) & names(records(SOME, first=SOME + 1))) > 20


def test_an_even_share_of_the_studies_comes_in_a_new_version():
    pairs = list(zip(records(SOME), changed(records(SOME), 0.01), strict=True))
    different = [number for number, (before, after) in enumerate(pairs, start=1) if before != after]
    assert different == [100, 200, 300, 400]


def test_the_shapes_of_real_records_are_there():
    studies = list(records(SOME))
    places = [sites_of(study) for study in studies]
    statuses = {study["protocolSection"]["statusModule"]["overallStatus"] for study in studies}
    starts = {len(study["protocolSection"]["statusModule"]["startDateStruct"]["date"]) for study in studies}
    assert any(not sites for sites in places)
    assert sum(len(sites) == 1 for sites in places) > SOME / 3
    assert max(map(len, places)) > 50
    assert any(len(set(map(where, sites))) < len(sites) for sites in places), "the same facility twice"
    assert any(where(site).startswith("Investigational Site") for sites in places for site in sites), "a mask"
    assert {"COMPLETED", "RECRUITING", "UNKNOWN", "WITHDRAWN"} <= statuses
    assert starts == {len("2025-01"), len("2025-01-31")}


def nct_id(study: dict) -> str:
    return study["protocolSection"]["identificationModule"]["nctId"]


def names(studies) -> set[str]:
    return {site["facility"] for study in studies for site in sites_of(study) if "Hospital" in site.get("facility", "")}


def sites_of(study: dict) -> list[dict]:
    return study["protocolSection"].get("contactsLocationsModule", {}).get("locations", [])


def where(site: dict) -> str:
    return f"{site.get('facility', '')} {site['city']}"
