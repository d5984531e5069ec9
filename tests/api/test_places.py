"""Countries and cities by any of their names: all lists give the same results."""

import pytest
from django.http import QueryDict

from common.countries import (
    CANONICAL_COUNTRY_NAMES,
    OTHER_NAMES,
    all_country_names,
    canonical_country_name,
    nearest_name,
)
from publishing.staleness import publish_pending
from sites.filters import FacilityFilterSet, SiteFilterSet
from sites.models import Facility, TrialSite
from sites.placeholder_names import current_country_name
from tests.factories import a_facility, a_site, a_trial
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db

TYPED = {
    "Turkey (Türkiye)": ["Turkey", "turkey", "TÜRKIYE", "Turkey (Turkiye)", "turkiye"],
    "South Korea": ["Korea, Republic of", "korea, republic of", "Republic of Korea", "South  Korea"],
    "Czechia": ["Czech Republic", "CZECHIA"],
    "North Macedonia": ["Macedonia", "Macedonia, The Former Yugoslav Republic of"],
    "Myanmar": ["Burma"],
    "Eswatini": ["Swaziland"],
    "Côte d’Ivoire": ["Cote d'Ivoire", "Ivory Coast"],
    "United States": ["USA", "us", "United States of America"],
}
CASES = [(country, name) for country, names in TYPED.items() for name in [country, *names]]


@pytest.fixture
def sites_by_country():
    """A recruiting site in each of the countries, and one elsewhere."""
    for number, country in enumerate([*TYPED, "France"]):
        facility = a_facility(number, name=f"Clinic {number}", city=f"Town {number}", country=country)
        a_site(a_trial(number + 1), facility, status="RECRUITING")
    publish_pending()


def answers(ask, address: str, **query) -> list:
    response = ask(address, query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize(("country", "typed"), CASES)
def test_every_list_knows_a_country_by_each_of_its_names(sites_by_country, client, ask, country, typed):
    facility = Facility.objects.get(country=country)
    key = f"NCT{list(TYPED).index(country) + 1:08}"
    assert [trial["key"] for trial in answers(ask, "/api/v1/trials/", country=typed)] == [key]
    assert [trial["key"] for trial in answers(ask, "/api/v1/trials/", recruiting_in=typed)] == [key]
    assert [site["trial"] for site in answers(ask, "/api/v1/sites/", country=typed)] == [key]
    assert [row["id"] for row in answers(ask, "/api/v1/facilities/", country=typed)] == [facility.pk]
    page = client.get("/", {"country": typed})
    assert [row.trial.key for row in page.context["results"].rows] == [key]
    assert f'value="{country}" selected' in page.content.decode()
    assert client.get(f"/trials/{key}/sites/", {"country": typed}).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/trials/", "/api/v1/sites/", "/api/v1/facilities/"])
def test_an_unknown_country_is_rejected_by_name(sites_by_country, ask, address):
    response = ask(address, {"country": "Atlantis"})
    assert (response.status_code, list(response.json())) == (400, ["country"])


@pytest.mark.parametrize("address", ["/", "/trials/NCT00000001/sites/"])
def test_a_page_says_which_country_it_does_not_know(sites_by_country, client, address):
    response = client.get(address, {"country": "Atlantis"})
    assert response.status_code == 400
    assert "“Atlantis” is not a valid value for Country. Unknown country" in text_of(response)


def test_a_country_outside_the_canonical_list_is_a_valid_filter(client, ask):
    a_site(a_trial(1), a_facility(1, country="Transnistria"))
    assert len(answers(ask, "/api/v1/trials/", country="Transnistria")) == 1
    assert len(answers(ask, "/api/v1/sites/", country="Transnistria")) == 1


def test_a_former_country_name_matches_and_is_offered_as_the_present_one(client, ask):
    a_site(a_trial(1), a_facility(1, country="Turkey"))
    a_site(a_trial(2), a_facility(2, country="Turkey (Türkiye)"))
    for name in ("Turkey", "turkey (türkiye)"):
        assert len(answers(ask, "/api/v1/trials/", country=name)) == 2
        assert len(answers(ask, "/api/v1/sites/", country=name)) == 2
        assert len(answers(ask, "/api/v1/facilities/", country=name)) == 2
    assert client.get("/").content.decode().count('value="Turkey') == 2  # once in each of the two choices


@pytest.mark.parametrize("typed", ["Munich", "München", "munchen", "MUENCHEN", "Munchen"])
def test_every_list_knows_a_town_by_each_of_its_names(client, ask, typed):
    for number, town in enumerate(["Munich", "München", "Muenchen", "Lyon"]):
        a_site(a_trial(number + 1), a_facility(number, name="Clinic", city=town, country="Germany"))
    keys = ["NCT00000001", "NCT00000002", "NCT00000003"]
    page = client.get("/", {"words": typed})
    assert sorted(row.trial.key for row in page.context["results"].rows) == keys
    assert [trial["key"] for trial in answers(ask, "/api/v1/trials/", words=typed)][::-1] == keys
    assert [site["trial"] for site in answers(ask, "/api/v1/sites/", city=typed)] == keys
    assert len(answers(ask, "/api/v1/facilities/", city=typed)) == 3
    assert client.get("/trials/NCT00000002/sites/", {"words": typed}).context["result_count"] == 1


@pytest.mark.parametrize("typed", ["Saint-Étienne", "saint etienne", "SAINT–ETIENNE", "  Saint-Etienne "])
def test_a_town_without_other_names_is_known_in_plain_letters(ask, typed):
    for number, town in enumerate(["Saint-Étienne", "Saint Etienne", "Étienne"]):
        a_site(a_trial(number + 1), a_facility(number, city=town))
    assert [site["trial"] for site in answers(ask, "/api/v1/sites/", city=typed)] == ["NCT00000001", "NCT00000002"]
    assert len(answers(ask, "/api/v1/facilities/", city=typed)) == 2


@pytest.mark.parametrize(
    ("name", "present"),
    [
        ("Deutschland", "Germany"),
        ("España", "Spain"),
        ("Türkiye", "Turkey (Türkiye)"),
        ("ÖSTERREICH", "Austria"),
        ("Schweiz", "Switzerland"),
        ("日本", "Japan"),
        ("Россия", "Russia"),
        ("Korea, Republic of", "South Korea"),
    ],
)
def test_a_country_is_known_by_its_own_and_its_former_names(name, present):
    assert canonical_country_name(name) == present
    assert current_country_name(name) == present


@pytest.mark.parametrize(
    ("typed", "nearest"), [("Germny", "Germany"), ("Untied Kingdom", "United Kingdom"), ("Xqz", "")]
)
def test_the_nearest_country_is_named(typed, nearest):
    assert nearest_name(typed) == nearest


def test_the_tables_of_country_names_agree():
    assert set(OTHER_NAMES) <= set(CANONICAL_COUNTRY_NAMES)
    assert {name: canonical_country_name(name) for name in CANONICAL_COUNTRY_NAMES} == {
        name: name for name in CANONICAL_COUNTRY_NAMES
    }
    assert all_country_names("Atlantis") == ["Atlantis"]


@pytest.mark.parametrize(("filterset", "model"), [(SiteFilterSet, TrialSite), (FacilityFilterSet, Facility)])
def test_places_are_compared_as_the_indexes_have_them(filterset, model):
    query = str(filterset(QueryDict("country=Turkey&city=Munich"), model.objects.all()).qs.query)
    assert "plain_text(" in query
    assert "UPPER(" not in query
