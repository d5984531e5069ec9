"""Sequences of versions of a trial: the rows equal the last version, and sites keep their identity."""

import copy

import pytest
from django.db import transaction
from hypothesis import given, settings

from contacts.models import Person, Role
from history import authored
from registries.ctgov.export import export_records
from registries.models import Conflict
from sites.choices import Listing
from sites.models import StatusEvent, TrialSite
from tests.registries.test_import import location, run_import, with_locations
from tests.registries.version_strategies import sequences
from trials.models import Trial

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ANN = {"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 00 00 00 01"}
ANN_ELSEWHERE = ANN | {"phone": "+33 4 00 00 00 02"}


def exported() -> list[dict]:
    return list(export_records(Trial.objects.all()))


def posted(record: dict, day: str) -> dict:
    """The record with its last update posted on a day."""
    record = copy.deepcopy(record)
    record["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] = day
    return record


@settings(max_examples=40)
@given(versions=sequences())
def test_without_local_edits_the_rows_equal_the_last_version(versions):
    with transaction.atomic():
        sites: set[int] = set()
        for version in versions:
            assert run_import(version).quarantined == 0
            assert exported() == [version]
            listed = TrialSite.objects.filter(listing=Listing.LISTED)
            places = version["protocolSection"]["contactsLocationsModule"].get("locations", [])
            assert sorted(listed.values_list("position", flat=True)) == list(range(len(places)))
            assert sites <= set(TrialSite.objects.values_list("pk", flat=True))
            sites = set(TrialSite.objects.values_list("pk", flat=True))
        assert not Conflict.objects.exists()
        transaction.set_rollback(True)


def test_a_phone_changed_at_one_site_does_not_change_at_another():
    run_import(with_locations(location("Hospital 1", contacts=[ANN]), location("Hospital 2", contacts=[ANN])))
    changed = with_locations(location("Hospital 1", contacts=[ANN_ELSEWHERE]), location("Hospital 2", contacts=[ANN]))
    run_import(changed)
    assert exported() == [changed]


def test_a_phone_changed_at_all_sites_changes_one_person():
    run_import(with_locations(location("Hospital 1", contacts=[ANN]), location("Hospital 2", contacts=[ANN])))
    person = Person.objects.get()
    both = [location(f"Hospital {number}", contacts=[ANN_ELSEWHERE]) for number in (1, 2)]
    run_import(with_locations(*both))
    assert Person.objects.get() == person
    assert Person.objects.get().phone == ANN_ELSEWHERE["phone"]
    assert Role.objects.count() == 2


def test_a_delisted_site_does_not_replace_a_listed_one_at_the_same_facility():
    run_import(with_locations(location("Hospital 1", status="RECRUITING"), location("Hospital 1", status="COMPLETED")))
    delisted, stayed = TrialSite.objects.order_by("position")
    run_import(with_locations(location("Hospital 1", status="COMPLETED")))
    run_import(with_locations(location("Hospital 1", status="TERMINATED")))
    assert TrialSite.objects.get(listing=Listing.LISTED) == stayed
    assert list(delisted.status_events.values_list("status", flat=True)) == ["RECRUITING"]
    assert list(stayed.status_events.values_list("status", flat=True)) == ["COMPLETED", "TERMINATED"]


@pytest.mark.parametrize("status", [None, "COMPLETED"])
def test_a_relisted_site_has_the_current_registry_values(status):
    gone = location("Hospital 1", status="RECRUITING", contacts=[ANN])
    stays = location("Hospital 2", status="RECRUITING")
    run_import(with_locations(gone, stays))
    site = TrialSite.objects.get(facility__name="Hospital 1")
    run_import(with_locations(stays))
    back = location("Hospital 1", contacts=[ANN_ELSEWHERE], **({"status": status} if status else {}))
    run_import(with_locations(stays, back))
    assert exported() == [with_locations(stays, back)]
    assert TrialSite.objects.get(facility__name="Hospital 1") == site
    assert not Conflict.objects.exists()


def test_local_values_of_a_delisted_site_survive_its_relisting():
    run_import(with_locations(location("Hospital 1", status="RECRUITING"), location("Hospital 2")))
    run_import(with_locations(location("Hospital 2")))
    site = TrialSite.objects.get(facility__name="Hospital 1")
    with authored("user:1"):
        StatusEvent.objects.create(trial_site=site, status="SUSPENDED", as_of="2026-03-05", author="user:1")
    run_import(with_locations(location("Hospital 1", status="COMPLETED"), location("Hospital 2")))
    site.refresh_from_db()
    conflict = Conflict.objects.get()
    assert (site.status, site.listing) == ("SUSPENDED", Listing.LISTED)
    assert (conflict.base, conflict.theirs, conflict.ours) == ("RECRUITING", "COMPLETED", "SUSPENDED")


def test_an_older_version_that_arrives_late_is_imported():
    run_import(posted(with_locations(location("Hospital 1", status="RECRUITING")), "2026-03-01"))
    older = posted(with_locations(location("Hospital 1", status="COMPLETED")), "2025-01-01")
    run_import(older)
    assert exported() == [older]
    assert str(TrialSite.objects.get().status_as_of) == "2026-03-01"


def test_a_status_reported_by_a_person_later_than_the_registry_stays():
    run_import(posted(with_locations(location("Hospital 1", status="RECRUITING")), "2026-03-01"))
    site = TrialSite.objects.get()
    with authored("user:1"):
        StatusEvent.objects.create(trial_site=site, status="RECRUITING", as_of="2026-05-01", author="user:1")
    run_import(posted(with_locations(location("Hospital 1", status="COMPLETED")), "2026-04-01"))
    site.refresh_from_db()
    assert site.status == "RECRUITING"
    assert Conflict.objects.get().theirs == "COMPLETED"
