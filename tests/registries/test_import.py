"""Importing records: idempotent, atomic and lossless."""

import io
import json
import random

import pytest

from history import authored
from registries.ctgov.export import export_records
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from registries.display import path_label
from registries.models import Conflict, ImportRun, QuarantinedRecord, StudyVersion
from sites.choices import Listing, SiteStatus
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial

pytestmark = pytest.mark.django_db


def record(number: int = 90_000_001, **modules) -> dict:
    protocol = {
        "identificationModule": {"nctId": f"NCT{number}", "briefTitle": f"Trial {number}"},
        "statusModule": {
            "overallStatus": "RECRUITING",
            "lastUpdatePostDateStruct": {"date": "2026-03-01", "type": "ACTUAL"},
        },
    }
    return {"protocolSection": protocol | modules, "hasResults": False}


def location(facility: str, city: str = "Town 1", **more) -> dict:
    return {"facility": facility, "city": city, "country": "France", **more}


def with_locations(*locations: dict, number: int = 90_000_001) -> dict:
    return record(number, contactsLocationsModule={"locations": list(locations)})


def run_import(*records: dict, **options) -> ImportRun:
    lines = "\n".join(json.dumps(one) for one in records)
    return import_records(iter_records(io.BytesIO(lines.encode())), source="test", **options)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.quarantined


def everything() -> dict:
    """Every row of every table that an import may write, except import runs."""
    models = (Trial, Facility, TrialSite, StatusEvent, StudyVersion, Trial.trail.rel.related_model)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_an_imported_record_is_exported_unchanged():
    sent = with_locations(location("Hospital 1", status="RECRUITING"), location("Hospital 2"))
    assert counts(run_import(sent)) == (1, 0, 0, 0)
    assert list(export_records(Trial.objects.all())) == [sent]


def test_a_second_import_changes_nothing():
    sent = with_locations(location("Hospital 1", status="RECRUITING"), location("Research Site"))
    run_import(sent)
    before = everything()
    assert counts(run_import(sent)) == (0, 0, 1, 0)
    assert everything() == before


def test_another_spelling_of_the_same_record_changes_nothing():
    sent = with_locations(location("Hospital 1"))
    run_import(sent)
    before = everything()
    spelt = json.dumps(dict(reversed(sent.items()))).replace(": ", " :  ")
    run = import_records(iter_records(io.BytesIO(spelt.encode())), source="test")
    assert counts(run) == (0, 0, 1, 0)
    assert everything() == before


def test_a_changed_record_changes_only_what_differs():
    run_import(with_locations(location("Hospital 1", status="RECRUITING")))
    changed = with_locations(location("Hospital 1", status="RECRUITING"))
    changed["protocolSection"]["identificationModule"]["briefTitle"] = "A better title"
    assert counts(run_import(changed)) == (0, 1, 0, 0)
    trial = Trial.objects.get()
    assert (trial.brief_title, trial.version, TrialSite.objects.get().version) == ("A better title", 2, 1)
    assert list(export_records(Trial.objects.all())) == [changed]


def test_locations_in_any_order_are_the_same_sites():
    locations = [location(f"Hospital {n % 7}", city=f"Town {n % 3}", status="RECRUITING") for n in range(12)]
    locations += [location("Research Site", city="Town 1", zip=str(n)) for n in range(4)]
    run_import(with_locations(*locations))
    identity = dict(TrialSite.objects.values_list("pk", "facility__name"))
    events = list(StatusEvent.objects.order_by("pk").values_list("pk", "trial_site_id"))
    shuffle = random.Random(7).shuffle
    for _ in range(20):
        shuffle(locations)
        run_import(with_locations(*locations))
        assert dict(TrialSite.objects.values_list("pk", "facility__name")) == identity
        assert list(StatusEvent.objects.order_by("pk").values_list("pk", "trial_site_id")) == events
        assert list(export_records(Trial.objects.all())) == [with_locations(*locations)]


def test_two_locations_of_one_hospital_are_two_sites_of_one_facility():
    run_import(with_locations(location("Hospital 1"), location("hospital  1 ")))
    assert Facility.objects.count() == 1
    assert sorted(TrialSite.objects.values_list("duplicate_index", flat=True)) == [1, 2]


def test_one_hospital_is_one_facility_for_all_its_trials_and_masks_are_not():
    one = [location("Hospital 1"), location("Research Site")]
    run_import(with_locations(*one), with_locations(*one, number=90_000_002))
    assert sorted(Facility.objects.values_list("name", flat=True)) == ["Hospital 1", "Research Site", "Research Site"]


def test_a_delisted_location_stays_as_a_site():
    run_import(with_locations(location("Hospital 1"), location("Hospital 2")))
    run_import(with_locations(location("Hospital 2")))
    listing = dict(TrialSite.objects.values_list("facility__name", "listing"))
    assert listing == {"Hospital 1": Listing.DELISTED, "Hospital 2": Listing.LISTED}
    assert list(export_records(Trial.objects.all())) == [with_locations(location("Hospital 2"))]


def test_a_status_changed_at_the_registry_becomes_a_status_event():
    run_import(with_locations(location("Hospital 1", status="RECRUITING")))
    run_import(with_locations(location("Hospital 1", status="COMPLETED")))
    assert TrialSite.objects.get().status == SiteStatus.COMPLETED
    assert list(StatusEvent.objects.values_list("status", flat=True)) == ["RECRUITING", "COMPLETED"]


def test_local_values_are_not_overwritten():
    run_import(with_locations(location("Hospital 1", status="RECRUITING")))
    site = TrialSite.objects.get()
    with authored("user:1"):
        StatusEvent.objects.create(trial_site=site, status="SUSPENDED", as_of="2026-03-05", author="user:1")
        Trial.objects.update(brief_title="Ours")
    theirs = with_locations(location("Hospital 1", status="COMPLETED"))
    theirs["protocolSection"]["identificationModule"]["briefTitle"] = "Theirs"
    run_import(theirs)
    site.refresh_from_db()
    assert site.status == SiteStatus.SUSPENDED
    assert Trial.objects.get().brief_title == "Ours"
    assert sorted(conflict.theirs for conflict in Conflict.objects.all()) == ["COMPLETED", "Theirs"]


def test_conflicts_of_two_sites_at_the_same_position_are_separate():
    first, second = location("Hospital 1", status="RECRUITING"), location("Hospital 2", status="RECRUITING")
    run_import(with_locations(first, second))
    with authored("user:1"):
        for site in TrialSite.objects.all():
            StatusEvent.objects.create(trial_site=site, status="SUSPENDED", as_of="2026-03-05", author="user:1")
    completed = location("Hospital 1", status="COMPLETED")
    run_import(with_locations(completed, second))
    run_import(with_locations(location("Hospital 2", status="WITHDRAWN"), completed))
    assert sorted(conflict.theirs for conflict in Conflict.objects.all()) == ["COMPLETED", "WITHDRAWN"]
    assert sorted(path_label(conflict.path) for conflict in Conflict.objects.all()) == sorted(
        f"Site no. {site.pk}: status" for site in TrialSite.objects.all()
    )


ANN = {"name": "Ann Example", "role": "CONTACT"}


def test_a_facility_renamed_alike_by_both_sides_is_no_change():
    run_import(with_locations(location("Hospital 1", contacts=[ANN])))
    with authored("user:1"):
        Facility.objects.update(name="Hospital One")
    run = run_import(with_locations(location("Hospital One", contacts=[ANN])), dry=True)
    assert [(study["changes"], study["conflicts"]) for study in run.report] == [([], [])]


def test_a_conflict_about_a_facility_adds_no_facility():
    run_import(with_locations(location("Hospital 1", contacts=[ANN])))
    with authored("user:1"):
        Facility.objects.update(name="Ours")
    run_import(with_locations(location("Theirs", contacts=[ANN])))
    assert Conflict.objects.get().theirs["name"] == "Theirs"
    assert Facility.objects.get().name == "Ours"


def test_an_invalid_local_value_rejects_only_its_own_study():
    run_import(record(), record(90_000_002))
    with authored("user:1"):
        Trial.objects.filter(nct_id="NCT90000001").update(nct_id_aliases=["17"])
    newer = [record(number) for number in (90_000_001, 90_000_002)]
    for one in newer:
        one["protocolSection"]["identificationModule"]["briefTitle"] = "A better title"
    assert counts(run_import(*newer)) == (0, 1, 0, 1)
    reason = "NCT90000001 nctIdAliases[0]: as it stands here, '17' is not an NCT number; correct it here first"
    assert QuarantinedRecord.objects.get().reason == reason


def test_an_invalid_record_is_quarantined_and_the_others_are_imported():
    bad = with_locations(location("Hospital 1", status="OPEN"), number=90_000_002)
    run = run_import(record(), bad, record(90_000_003))
    assert counts(run) == (2, 0, 0, 1)
    refused = QuarantinedRecord.objects.get()
    assert refused.reason == "NCT90000002 locations[0].status: unknown code 'OPEN'"
    assert json.loads(bytes(refused.received)) == bad


def test_a_repeated_number_in_one_source_is_rejected():
    run = run_import(record(), record())
    assert counts(run) == (1, 0, 0, 1)
    assert "came earlier" in QuarantinedRecord.objects.get().reason


def test_a_dry_run_counts_and_changes_nothing():
    run = run_import(record(), dry=True)
    assert counts(run) == (1, 0, 0, 0)
    assert not Trial.objects.exists()
    assert run.is_dry
