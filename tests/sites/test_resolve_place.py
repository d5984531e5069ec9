"""Typed places: cities in any spelling, hospitals, and what is asked when a place is not clear."""

import pytest

from sites.places.city_index import cities_named
from sites.places.resolve import resolve_place, suggest_places
from tests.factories import a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Lyon", "Lyon, France"), ("LYON", "Lyon, France"), ("lyon, fr", "Lyon, France"), ("Lyons", "Lyon, France"),
        ("69003 Lyon, France", "Lyon, France"), ("lyon france", "Lyon, France"), ("里昂", "Lyon, France"),
        ("Lyon, Rhône-Alpes, France", "Lyon, France"), ("Köln", "Köln, Germany"), ("cologne", "Köln, Germany"),
        ("Koeln", "Köln, Germany"), ("Washington, DC", "Washington, DC, United States"),
        ("washington dc", "Washington, DC, United States"), ("Paris", "Paris, France"),
        ("Paris, TX", "Paris, TX, United States"), ("Paris, Texas", "Paris, TX, United States"),
        ("San Jose, CA", "San Jose, CA, United States"), ("Toronto, CA", "Toronto, ON, Canada"),
        ("São Paulo", "São Paulo, Brazil"), ("sao paulo", "São Paulo, Brazil"), ("Londres", None),
        ("45.76,4.84", "45.76, 4.84"),
    ],
)  # fmt: skip
def test_a_city_is_known_in_any_spelling(typed, label):
    place = resolve_place(typed).place
    assert place.label == (label or "London, England, United Kingdom")


@pytest.mark.parametrize("typed", ["Lyon", "Köln", "Washington, DC", "São Paulo", "Beijing", "Birmingham"])
def test_the_label_of_a_place_finds_it_again(typed):
    place = resolve_place(typed).place
    assert resolve_place(place.label).place == place


@pytest.mark.parametrize("typed", ["Springfield", "San Jose", "Valencia"])
def test_an_ambiguous_city_gives_choices_each_of_which_is_clear(typed):
    resolution = resolve_place(typed)
    assert resolution.place is None
    assert len(resolution.choices) > 1
    assert [resolve_place(choice.label).place for choice in resolution.choices] == resolution.choices


def test_a_misspelled_city_is_proposed_and_an_unknown_one_is_not():
    assert [choice.label for choice in resolve_place("Lyonn").choices] == ["Lyon, France"]
    assert resolve_place("Xyzzyx").choices == []


@pytest.mark.parametrize("typed", ["", " ", ",", ", ,", "%", "'", "\\", "-", "a" * 200, "\t", "🏥", "1,", ",France"])
def test_no_text_breaks_it(typed):
    assert resolve_place(typed).place is None
    suggest_places(typed)


def test_a_hospital_is_a_place_by_its_name():
    hospital = a_facility(1, name="Hôpital St. Brannoc, North", latitude=45.5, longitude=4.5)
    a_site(a_trial(1), hospital)
    for typed in ("hopital brannoc", "Hôpital St. Brannoc", "Brannoc, Lyon", str(hospital)):
        place = resolve_place(typed).place
        assert (place.label, place.latitude, place.kind) == (str(hospital), 45.5, "facility"), typed
    assert str(hospital) in [place.label for place in suggest_places("brannoc")]


def test_a_hospital_of_a_hidden_trial_is_no_place():
    a_site(a_trial(1, is_public=False), a_facility(1, name="St Brannoc's", latitude=45.5, longitude=4.5))
    assert resolve_place("St Brannoc's").place is None
    assert resolve_place("St Brannoc's").choices == []
    assert suggest_places("brannoc") == []


def test_a_small_city_is_known_by_the_hospitals_in_it():
    for number, latitude in ((1, 50.0), (2, 50.2)):
        facility = a_facility(number, city="Kleinxhausen", country="Germany", latitude=latitude, longitude=10)
        a_site(a_trial(number), facility)
    place = resolve_place("kleinxhausen, de").place
    assert (place.label, place.latitude, place.longitude) == ("Kleinxhausen, Germany", 50.1, 10)


def test_suggestions_begin_with_what_is_typed_the_largest_first():
    assert suggest_places("lyo")[0].label == "Lyon, France"
    assert suggest_places("lyon, f")[0].label == "Lyon, France"
    assert suggest_places("l") == []


def test_the_own_name_of_a_city_weighs_more_than_that_of_another_language():
    assert [city.label for city in cities_named("Lyon")] == ["Lyon, France"]
    assert cities_named("Paris")[0].country == "France"
