"""Merged facilities in the API: one facility, with the sites of both."""

import pytest

from sites.models import FacilityAlias
from sites.services import merge_facilities
from tests.factories import a_facility, a_site, a_trial, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    """(surviving, merged), each with a recruiting site; the merged one has another name."""
    surviving, merged = a_facility(1), a_facility(2, name="Univ. Hosp. 1", city="Lyons")
    for number, facility in enumerate((surviving, merged), start=1):
        a_site(a_trial(number, overall_status="RECRUITING"), facility, status="RECRUITING")
    make(FacilityAlias, facility=merged, name="第一医院", language="zh-Hans")
    merge_facilities(surviving, merged, author="user:7", reason="The same address")
    return surviving, merged


def test_the_list_has_the_surviving_facility_with_the_sites_of_both(ask, pair):
    (listed,) = ask("/api/v1/facilities/").json()["results"]
    assert (listed["slug"], listed["sites_total"], listed["sites_recruiting"]) == (pair[0].slug, 2, 2)


@pytest.mark.parametrize("name", ["Hospital 1", "univ hosp", "第一医院"])
def test_a_facility_is_found_by_every_name(ask, pair, name):
    (listed,) = ask("/api/v1/facilities/", {"name": name}).json()["results"]
    assert listed["slug"] == pair[0].slug


def test_the_address_of_a_merged_facility_answers_with_the_surviving_one(ask, pair):
    assert ask(f"/api/v1/facilities/{pair[1].slug}/").json()["id"] == pair[0].pk


@pytest.mark.parametrize("number", [0, 1])
def test_sites_of_both_are_selected_by_either_slug_and_name_the_surviving_facility(ask, pair, number):
    sites = ask("/api/v1/sites/", {"facility": pair[number].slug}).json()["results"]
    assert [site["facility"]["slug"] for site in sites] == [pair[0].slug] * 2
    trials = ask("/api/v1/trials/").json()["results"]
    assert {site["id"]: site["facility"] for trial in trials for site in trial["sites"]} == {
        site["id"]: site["facility"] for site in sites
    }
