"""Properties of importing, checked on every available real record."""

import io
import json
import random

import pytest

from registries.ctgov.export import export_records
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from sites.models import StatusEvent, TrialSite
from trials.models import Trial

pytestmark = [pytest.mark.django_db, pytest.mark.registry, pytest.mark.slow]


def run_import(records: list[dict]):
    lines = "\n".join(json.dumps(record) for record in records)
    return import_records(iter_records(io.BytesIO(lines.encode())), source="test")


def test_every_real_record_is_exported_unchanged_and_a_second_import_changes_nothing(registry_folder, registry_records):
    source = registry_folder / "studies.ndjson.gz"
    first = import_records(iter_records(source), source=source.name)
    assert (first.created, first.quarantined) == (len(registry_records), 0)
    for ours, theirs in zip(export_records(Trial.objects.all()), registry_records, strict=True):
        assert ours == json.loads(theirs)
    newest = Trial.trail.rel.related_model.objects.count(), StatusEvent.objects.count()
    second = import_records(iter_records(source), source=source.name)
    assert (second.unchanged, second.quarantined) == (len(registry_records), 0)
    assert (Trial.trail.rel.related_model.objects.count(), StatusEvent.objects.count()) == newest


def test_every_seed_record_is_exported_unchanged(registry_folder):
    seeds = [json.loads(path.read_bytes()) for path in sorted((registry_folder / "seeds").glob("NCT*.json"))]
    run = run_import(seeds)
    assert (run.created, run.quarantined) == (5, 0)
    assert list(export_records(Trial.objects.all())) == seeds


def test_shuffled_locations_of_real_trials_stay_the_same_sites(registry_records):
    """The trials with the most duplicate and masked locations, in a hundred shuffled orders."""
    records = sorted(map(json.loads, registry_records), key=_repeats, reverse=True)[:10]
    run_import(records)
    sites = dict(TrialSite.objects.values_list("pk", "facility_id"))
    events = list(StatusEvent.objects.order_by("pk").values_list("pk", "trial_site_id", "status"))
    shuffle = random.Random(1).shuffle
    for _ in range(10):
        for record in records:
            shuffle(_locations(record))
        assert run_import(records).quarantined == 0
        assert dict(TrialSite.objects.values_list("pk", "facility_id")) == sites
        assert list(StatusEvent.objects.order_by("pk").values_list("pk", "trial_site_id", "status")) == events
        by_number = {one["protocolSection"]["identificationModule"]["nctId"]: one for one in records}
        for exported in export_records(Trial.objects.all()):
            assert exported == by_number[exported["protocolSection"]["identificationModule"]["nctId"]]


def _locations(record: dict) -> list[dict]:
    return record["protocolSection"].get("contactsLocationsModule", {}).get("locations", [])


def _repeats(record: dict) -> int:
    """The number of locations with the name and place of another one; 0 for very large records."""
    locations = _locations(record)
    places = [(one.get("facility"), one.get("city"), one.get("zip")) for one in locations]
    return len(places) - len(set(places)) if len(places) < 200 else 0
