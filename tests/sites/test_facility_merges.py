"""Merging facilities: what everybody sees, what stays exactly as it is, undoing, and concurrent merges."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from history.authorship import authored
from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from history.verification import HistoryVerification, snapshot
from publishing.derived_values import derive_values
from publishing.documents import public_trial
from publishing.models import TrialDocument
from publishing.staleness import publish_pending
from publishing.trial_data import load_trial_data
from registries.ctgov.export import export_records
from sites.models import Facility, FacilityAlias, FacilityMerge, StatusEvent, TrialSite
from sites.services import correct_facility, merge_facilities, undo_facility_merge
from tests.factories import a_facility, a_site, a_trial, make
from tests.registries.test_import import location, run_import, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db
LONG, SHORT = "University Hospital 1", "Univ. Hosp. 1"


def merge(surviving, merged, **values):
    return merge_facilities(surviving, merged, **{"author": "user:7", "reason": "The same address"} | values)


def undo(merge):
    return undo_facility_merge(merge, author="user:8", reason="Two buildings")


def columns(*models) -> dict:
    """All rows of these models, without the version, which every change increments."""
    models = models or (Facility, FacilityAlias, TrialSite, StatusEvent, Trial)
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "version"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in models
    }


@pytest.fixture
def pair():
    """Two spellings of one hospital in two imported trials: (long, short)."""
    sent = [
        with_locations(location(name, status="RECRUITING"), number=90_000_001 + index)
        for index, name in enumerate((LONG, SHORT))
    ]
    run_import(*sent)
    return Facility.objects.get(name=LONG), Facility.objects.get(name=SHORT)


def facility_in_documents() -> list[str]:
    publish_pending(on=date(2026, 3, 2))
    documents = TrialDocument.objects.order_by("trial__nct_id")
    return [site["facility"]["slug"] for row in documents for site in _parsed(row)["sites"]]


def _parsed(row: TrialDocument) -> dict:
    return json.loads(row.document)


def test_the_surviving_facility_shows_the_trials_of_both(client, pair):
    surviving, merged = pair
    merge(surviving, merged)
    page = client.get(surviving.get_absolute_url()).content.decode()
    assert "Trial 90000001" in page
    assert "Trial 90000002" in page
    assert f"Also known as <span>{SHORT}</span>" in page


def test_the_old_address_redirects_for_good_and_so_does_its_frame(client, pair):
    surviving, merged = pair
    merge(surviving, merged)
    answer = client.get(merged.get_absolute_url())
    assert (answer.status_code, answer.url) == (301, surviving.get_absolute_url())
    frame = client.get(f"{merged.get_absolute_url()}embed/")
    assert (frame.status_code, frame.url) == (301, f"{surviving.get_absolute_url()}embed/")
    assert "Trial 90000002" in client.get(frame.url).content.decode()


def test_documents_name_the_surviving_facility_and_are_rebuilt_on_merge_correction_and_undo(pair):
    surviving, merged = pair
    own = [surviving.slug, merged.slug]
    assert facility_in_documents() == own
    decision = merge(surviving, merged)
    assert facility_in_documents() == [surviving.slug] * 2
    correct_facility(surviving, city="Town 2", author="user:7")
    surviving.refresh_from_db()
    assert facility_in_documents() == [surviving.slug] * 2
    undo(decision)
    assert facility_in_documents() == [surviving.slug, merged.slug]


def test_stored_documents_are_those_that_the_tables_give(pair):
    surviving, merged = pair
    merge(surviving, merged)
    make(FacilityAlias, facility=merged, name="第一医院", language="zh-Hans")
    publish_pending(on=date(2026, 3, 2))
    for row in TrialDocument.objects.all():
        trial_data = load_trial_data([row.trial_id])[row.trial_id]
        built = public_trial(trial_data, derive_values(trial_data, on=date(2026, 3, 2)))
        assert [site["facility"]["id"] for site in built["sites"]] == [surviving.pk]
        assert _parsed(row)["sites"][0]["facility"] == built["sites"][0]["facility"]


def test_sites_histories_and_exported_records_stay_as_they_are(pair):
    before, exported = columns(TrialSite, StatusEvent, Trial), list(export_records(Trial.objects.all()))
    trails = [len(trail_of(site)) for site in TrialSite.objects.order_by("pk")]
    merge(*pair)
    assert columns(TrialSite, StatusEvent, Trial) == before
    assert list(export_records(Trial.objects.all())) == exported
    assert [len(trail_of(site)) for site in TrialSite.objects.order_by("pk")] == trails
    entry = trail_of(pair[1])[0]
    assert (entry.reason, entry.actor) == ("The same address", "user:7")


def test_imports_after_a_merge_find_the_merged_facility_and_change_nothing_else(pair):
    surviving, merged = pair
    merge(surviving, merged)
    changed = with_locations(location(SHORT, status="COMPLETED"), number=90_000_002)
    changed["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] = "2026-04-01"
    new = with_locations(location(SHORT.upper(), status="RECRUITING"), number=90_000_003)
    assert (run := run_import(changed, new)).quarantined == 0, run
    assert Facility.objects.count() == 2
    assert Facility.objects.get(pk=merged.pk).merged_into == surviving
    assert list(export_records(Trial.objects.filter(nct_id__in=["NCT90000002", "NCT90000003"]))) == [changed, new]
    assert set(facility_in_documents()) == {surviving.slug}


def test_undoing_restores_every_row(pair):
    before = columns()
    decision = merge(*pair)
    assert columns() != before
    undo(decision)
    assert columns() == before
    undo(decision)
    assert columns() == before
    decision.refresh_from_db()
    assert (decision.undone_by, decision.undo_reason) == ("user:8", "Two buildings")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_in_a_row_are_undone_in_any_order(order):
    first, second, third = (a_facility(number) for number in (1, 2, 3))
    decisions = [merge(second, first), merge(third, second)]
    assert set(Facility.objects.filter(merged_into=third)) == {first, second}
    undo(decisions[order[0]])
    first.refresh_from_db()
    assert first.merged_into == (None if order[0] == 0 else second)
    undo(decisions[order[1]])
    assert not Facility.objects.exclude(merged_into=None).exists()


def test_a_facility_merged_elsewhere_after_an_undo_stays_there():
    first, second, third = (a_facility(number) for number in (1, 2, 3))
    early, late = merge(second, first), merge(third, second)
    undo(early)
    merge(third, first)
    undo(late)
    first.refresh_from_db()
    assert first.merged_into == third


def test_impossible_merges_are_refused():
    first, second = a_facility(1), a_facility(2)
    masked = a_facility(3, name="Research Site", is_masked=True)
    for surviving, merged, values in [(first, first, {}), (first, masked, {}), (first, second, {"reason": " "})]:
        with pytest.raises(ValidationError):
            merge(surviving, merged, **values)
    with pytest.raises(StaleVersion):
        merge(first, second, versions={second.pk: second.version + 1})
    merge(first, second)
    for surviving, merged in [(second, a_facility(4)), (a_facility(5), second)]:
        with pytest.raises(ValidationError, match="already"):
            merge(surviving, merged)
    assert FacilityMerge.objects.count() == 1


def test_the_database_refuses_chains_and_cycles():
    first, second, third = (a_facility(number) for number in (1, 2, 3))
    merge(second, first)
    for changed, target in [(second, first), (second, third), (third, first), (third, third)]:
        with pytest.raises(IntegrityError), transaction.atomic(), authored("test"):
            Facility.objects.filter(pk=changed.pk).update(merged_into=target)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_in_opposite_directions_one_wins():
    for round_ in range(5):
        one, other = a_facility(2 * round_ + 1), a_facility(2 * round_ + 2)
        barrier = Barrier(2, timeout=10)

        def attempt(surviving, merged, barrier=barrier):
            barrier.wait()
            try:
                merge(surviving, merged)
                return "merged"
            except ValidationError as refused:
                return refused.code
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            results = list(threads.map(attempt, (one, other), (other, one)))
        assert sorted(results) == ["already-merged", "merged"]


@pytest.mark.django_db(transaction=True)
def test_the_history_agrees_with_the_tables_after_merges_and_undoing(pair):
    undo(merge(*pair))
    merge(*pair)
    verification = HistoryVerification([Facility, FacilityMerge, TrialSite])
    with snapshot():
        assert list(verification.differences()) == []
    assert set(verification.counts) == {"sites_facility", "sites_facilitymerge", "sites_trialsite"}


def test_a_merged_facility_of_a_hidden_trial_is_not_named(client):
    surviving, hidden = a_facility(1), a_facility(2, name="Hidden Hospital")
    a_site(a_trial(1, is_public=True), surviving)
    a_site(a_trial(2, is_public=False), hidden)
    merge(surviving, hidden)
    page = client.get(surviving.get_absolute_url()).content.decode()
    assert "Hidden Hospital" not in page
    assert "Trial 2" not in page


@pytest.mark.parametrize("typed", ["第一医院", SHORT, LONG, "Hopital Universitaire"])
def test_trials_of_both_are_found_by_every_name(client, pair, typed):
    surviving, merged = pair
    make(FacilityAlias, facility=merged, name="第一医院", language="zh-Hans")
    make(FacilityAlias, facility=surviving, name="Hôpital universitaire", language="fr")
    merge(surviving, merged)
    page = client.get("/", {"words": typed}).content.decode()
    assert "NCT90000001" in page
    assert "NCT90000002" in page


def test_search_forgets_the_other_name_after_undoing(client, pair):
    decision = merge(*pair)
    assert "NCT90000001" in client.get("/", {"words": f'"{SHORT}"'}).content.decode()
    undo(decision)
    page = client.get("/", {"words": f'"{SHORT}"'}).content.decode()
    assert "NCT90000001" not in page
    assert "NCT90000002" in page


def test_a_name_in_an_unpublished_trial_only_finds_nothing(client, pair):
    long, short = pair
    with authored("user:1"):
        Trial.objects.filter(trial_sites__facility=short).update(is_public=False)
    merge(long, short)
    publish_pending()
    assert "NCT90000001" not in client.get("/", {"words": f'"{SHORT}"'}).content.decode()
