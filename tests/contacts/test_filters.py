"""Searches of contacts, facilities, sites and trials ignore case, accents and punctuation."""

import unicodedata

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone

from contacts.filters import DirectoryFilterSet
from contacts.models import Person
from sites.filters import FacilityFilterSet
from sites.models import Facility, TrialSite
from sites.text_search import search_facilities, search_sites
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user
from trials.models import Trial
from trials.text_search import search_trials

pytestmark = pytest.mark.django_db

NAMES = {
    "Łukasz O’Neil-Grønbæk": ["lukasz", "O'Neil", "O’NEIL", "gronbaek", "Neil-Gronbaek", "ŁUKASZ O`Neil"],
    "Anaïs Groß": ["anais gross", "ANAÏS", unicodedata.normalize("NFD", "Anaïs"), "groß"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name, all_ in NAMES.items() for typed in all_])
def test_the_search_of_contacts_ignores_accents(name, typed):
    site = a_site(a_trial(90000101), a_facility(1, name="Szpital Łódź", city="Łódź"))
    a_contact(site=site, name=name)
    a_contact(site=site, name="Somebody Else")
    assert people(typed) == [name]


@pytest.mark.parametrize("typed", ["NCT 90000101", "nct-90000101", "lodz", "ŁÓDŹ", "Szpital Lodz"])
def test_the_search_matches_trial_and_place_of_a_contact(typed):
    a_contact(site=a_site(a_trial(90000101), a_facility(1, name="Szpital Łódź", city="Łódź")), name="Anna")
    a_contact(site=a_site(a_trial(2), a_facility(2)), name="Somebody Else")
    assert people(typed) == ["Anna"]


def people(typed: str) -> list[str]:
    query = QueryDict(mutable=True)
    query["words"] = typed
    administrator = a_user("administrator", is_superuser=True)
    filters = DirectoryFilterSet(query, Person.objects.all(), today=timezone.localdate(), user=administrator)
    assert filters.errors == {}
    return sorted(filters.qs.values_list("name", flat=True))


@pytest.mark.parametrize(
    "typed",
    [
        "saint etienne",
        "Saint-Étienne",
        "l'hopital nord",
        "L’Hôpital Nord",
        "hopital, FRANCE",
        "hopital, saint etienne",
        "hopital, Saint-Étienne",
        "hopital, SAINT–ETIENNE",
    ],
)
def test_the_search_of_facilities_and_sites_ignores_accents(typed):
    facility = a_facility(1, name="L’Hôpital Nord, Saint-Étienne", city="Saint-Étienne")
    site = a_site(a_trial(1), facility)
    a_site(a_trial(2), a_facility(2))
    assert list(search_facilities(Facility.objects.all(), typed)) == [facility]
    assert list(search_sites(TrialSite.objects.all(), typed)) == [site]


@pytest.mark.parametrize("typed", ["NCT 90000101", "nct-90000101", "９００００１０１", "90000101"])
def test_the_search_of_sites_and_trials_accepts_a_number_in_any_spelling(typed):
    site = a_site(a_trial(90000101))
    a_trial(90000102)
    assert list(search_sites(TrialSite.objects.all(), typed)) == [site]
    assert list(search_trials(Trial.objects.all(), typed)) == [site.trial]


def test_the_search_of_trials_ignores_accents_of_their_title():
    trial = a_trial(1, brief_title="Covid-19 à l’hôpital")
    a_trial(2)
    for typed in ("covid 19", "COVID-19", "hopital", "l'hôpital"):
        assert list(search_trials(Trial.objects.all(), typed)) == [trial]


def test_a_part_of_a_facility_name_matches_and_punctuation_alone_does_not():
    a_facility(1, name="Universitätsklinikum Køge")
    for name, count in {"klinikum koge": 1, "UNIVERSITAT": 1, "(": 0, "%": 0, "_": 0}.items():
        query = QueryDict(mutable=True)
        query["name"] = name
        filterset = FacilityFilterSet(query, Facility.objects.all(), user=AnonymousUser())
        assert filterset.qs.count() == count
