"""Proposed duplicates of facilities: which names are one hospital, and the pages on which people decide."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from history import authored
from sites.facilities.duplicates import FacilityAddress, find_duplicates
from sites.facilities.possible_duplicates import update_possible_duplicates
from sites.models import DifferentFacilities, FacilityAlias, FacilityMerge, PossibleDuplicate
from sites.ror import is_ror_id, normalize_ror_id
from sites.services import correct_facility
from tests.factories import a_facility, a_manager, a_site, a_trial, a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db
LONG, SHORT = "University Hospital", "Univ. Hosp. Lyon"


def proposed(*names: str, city: str = "Lyon", cities: tuple[str, ...] = (), zips: tuple[str, ...] = ()) -> list[tuple]:
    """The pairs of facilities with these names, as pairs of their positions."""
    facilities = [
        FacilityAddress(number, name, cities[number] if cities else city, "", zips[number] if zips else "", "France")
        for number, name in enumerate(names)
    ]
    return [(pair.first, pair.second) for pair in find_duplicates(facilities)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hôpital Édouard Herriot", "Hopital Edouard Herriot"),
        ("University Hospital", "Univ. Hosp."),
        ("Herriot Hospital", "Hospital Herriot"),
        ("Universitätsklinikum Lyon", "University Hospital"),
        ("St. Mary's Medical Center", "Saint Marys Med Ctr"),
        ("Herriot Hospital ( Site 0602)", "Herriot Hospital /ID# 238333"),
        ("Croix-Rousse Hospital", "Croix Rouse Hospital"),
        ("Herriot Cancer Centre, Lyon", "Herriot Cancer Center"),
        ("The First Affiliated Hospital of Herriot University", "1st Affiliated Hospital, Herriot University"),
    ],
)
def test_spelling_abbreviation_order_and_language_do_not_hide_one_hospital(one, other):
    assert proposed(one, other) == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hospital 1", "Hospital 2"),
        ("First Hospital of Herriot University", "Second Hospital of Herriot University"),
        ("University Hospital", "Children's Hospital"),
        ("Saint Mary Hospital", "Saint Joseph Hospital"),
        ("Research Associates", "Clinical Research Center"),
    ],
)
def test_different_hospitals_are_not_proposed(one, other):
    assert proposed(one, other) == []


def test_names_in_other_cities_are_not_compared_but_other_names_of_the_city_are():
    assert proposed("Herriot Clinic", "Herriot Clinic", cities=("Lyon", "Paris")) == []
    assert proposed("Herriot Clinic", "Herriot Clinic", cities=("Lyon", "Lyons")) == [(0, 1)]


def test_the_likeliest_pair_comes_first():
    pairs = proposed("Herriot Clinic", "Herriot Medical Group", "HERRIOT CLINIC", zips=("69003", "69003", "69003"))
    assert pairs[0] == (0, 2)


def test_a_city_with_many_hospitals_is_compared_in_linear_time():
    facilities = [
        FacilityAddress(number, f"Herriot Hospital of {chr(97 + number % 26) * 6}{number}", "Lyon", "", "", "France")
        for number in range(5_000)
    ]
    assert find_duplicates(facilities) == []


@pytest.mark.parametrize("text", ["02mhbdp94", "https://ror.org/05dxps055", " ROR.org/03YRM5C26/ "])
def test_a_ror_identifier_is_known_by_its_check_digits(text):
    ror_id = normalize_ror_id(text)
    assert is_ror_id(ror_id)
    assert not is_ror_id(f"{ror_id[:-1]}{(int(ror_id[-1]) + 1) % 10}")


@pytest.mark.parametrize("text", ["", "12mhbdp94", "02mhbdp9", "02mhbdi94", "02mhbdp94\n"])
def test_other_texts_are_no_ror_identifiers(text):
    assert not is_ror_id(text)


@pytest.fixture
def pair(client):
    """Two names of one hospital, each with a site of a trial that the signed-in user coordinates."""
    facilities = a_facility(1, name=LONG), a_facility(2, name=SHORT)
    user = a_user()
    for number, facility in enumerate(facilities, start=1):
        trial = a_trial(number)
        a_site(trial, facility, status="RECRUITING")
        assign(user, trial=trial)
    call_command("find_duplicate_facilities", verbosity=0)
    client.force_login(user)
    return facilities


def listed(client) -> str:
    return text_of(client.get("/facilities/duplicates/"))


def merge_address(surviving, merged) -> str:
    return f"/facilities/{surviving.pk}/merge/{merged.pk}/"


def test_a_coordinator_merges_a_proposed_pair_and_undoes_it(client, pair):
    surviving, merged = pair
    assert SHORT in listed(client)
    address = merge_address(surviving, merged)
    sent = form_of(client.get(address), "merge_form") | {"reason": "The same building"}
    assert "Facilities merged" in text_of(client.post(address, sent, follow=True))
    assert SHORT not in listed(client)
    page = text_of(client.get("/facilities/merges/"))
    assert "The same building" in page
    assert "coordinator" in page
    decision = FacilityMerge.objects.get()
    client.post(f"/facilities/merges/{decision.pk}/undo/", {"reason": "Two buildings"})
    assert "Two buildings" in text_of(client.get("/facilities/merges/"))
    assert SHORT in listed(client)


def test_a_merge_without_reason_or_with_an_old_version_is_refused(client, pair):
    address = merge_address(*pair)
    sent = form_of(client.get(address), "merge_form")
    assert client.post(address, sent).status_code == 422
    correct_facility(pair[1], zip="69003", author="user:9")
    assert client.post(address, sent | {"reason": "x"}).status_code == 422
    assert not FacilityMerge.objects.exists()


def test_a_pair_marked_as_different_is_not_proposed_again(client, pair):
    client.post(f"/facilities/{pair[1].pk}/different/{pair[0].pk}/")
    client.post(f"/facilities/{pair[0].pk}/different/{pair[1].pk}/")
    assert DifferentFacilities.objects.count() == 1
    call_command("find_duplicate_facilities", verbosity=0)
    assert "No possible duplicates" in listed(client)


def test_pairs_that_are_no_longer_alike_leave_the_list(pair):
    assert PossibleDuplicate.objects.count() == 1
    pair[1].name = "Children's Hospital"
    with authored("test"):
        pair[1].save()
    assert update_possible_duplicates() == 0
    assert not PossibleDuplicate.objects.exists()


def test_who_may_not_change_both_facilities_cannot_merge_them(client, pair):
    other = a_user("other")
    assign(other, trial=pair[0].trial_sites.get().trial)
    client.force_login(other)
    assert "No possible duplicates" in listed(client)
    assert client.get(merge_address(*pair)).status_code == 404
    assert client.post(merge_address(*pair), {"reason": "x"}).status_code == 404
    client.force_login(a_manager())
    page = client.get("/facilities/duplicates/")
    assert SHORT in text_of(page)
    assert b"Merge into this one" not in page.content
    assert client.get(merge_address(*pair)).status_code == 404
    client.force_login(a_user("nobody"))
    assert client.get("/facilities/duplicates/").status_code == 404


def test_other_names_and_the_ror_identifier_are_saved_and_shown(client, pair):
    address = f"/facilities/{pair[0].pk}/names/"
    sent = form_of(client.get(address), "names_form")
    refused = client.post(address, sent | {"ror_id": "02mhbdp95"})
    assert refused.status_code == 422
    client.post(address, sent | {"aliases": "第一医院 | zh-Hans\nHCL", "ror_id": "https://ror.org/02mhbdp94"})
    assert dict(FacilityAlias.objects.values_list("name", "language")) == {"第一医院": "zh-Hans", "HCL": ""}
    page = client.get(pair[0].get_absolute_url()).content.decode()
    assert '<span lang="zh-Hans">第一医院</span>' in page
    assert 'href="https://ror.org/02mhbdp94"' in page
    assert client.post(address, sent | {"aliases": "", "ror_id": ""}).status_code == 422
    sent = form_of(client.get(address), "names_form")
    client.post(address, sent | {"aliases": "HCL"})
    assert list(FacilityAlias.objects.values_list("name", flat=True)) == ["HCL"]


def test_the_list_takes_as_many_queries_for_many_pairs(client, pair):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/facilities/duplicates/").status_code == 200
        return len(captured)

    queries()
    few = queries()
    trial = pair[0].trial_sites.get().trial
    for number in range(6):
        a_site(trial, a_facility(10 + number, name=f"Herriot{'abcdef'[number] * 6} Clinic"))
        a_site(trial, a_facility(20 + number, name=f"Clinic Herriot{'abcdef'[number] * 6}"))
    call_command("find_duplicate_facilities", verbosity=0)
    assert PossibleDuplicate.objects.count() == 7
    assert queries() == few
