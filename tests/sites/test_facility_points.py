"""Points of facilities without coordinates, derived from their city when their trial is published."""

import pytest

from history.authorship import authored
from publishing.staleness import publish_pending
from sites.models import CityMatch, FacilityPoint
from tests.factories import a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db


def derived(facility) -> FacilityPoint | None:
    publish_pending()
    return FacilityPoint.objects.filter(pk=facility.pk).first()


@pytest.mark.parametrize(
    ("place", "match", "latitude"),
    [
        ({"city": "Lyon", "country": "France"}, CityMatch.COUNTRY, 45.7),
        ({"city": "LYON CEDEX", "country": "France"}, CityMatch.COUNTRY, 45.7),
        ({"city": "Köln", "country": "Germany"}, CityMatch.COUNTRY, 50.9),
        ({"city": "Portland", "state": "Maine", "country": "United States"}, CityMatch.REGION, 43.7),
        ({"city": "Portland", "state": "Oregon", "country": "United States"}, CityMatch.REGION, 45.5),
        ({"city": "Bogota, D.C.", "country": "Colombia"}, CityMatch.COUNTRY, 4.6),
    ],
)
def test_a_city_gives_the_point_and_how_well_it_matches(place, match, latitude):
    facility = a_facility(1, **place)
    a_site(a_trial(1), facility)
    point = derived(facility)
    assert (point.match, point.latitude) == (match, pytest.approx(latitude, abs=0.1))


@pytest.mark.parametrize("place", [{"city": "Lyon", "country": "Germany"}, {"city": "Nowherexville"}, {"city": ""}])
def test_a_city_of_another_country_or_none_gives_no_point(place):
    facility = a_facility(1, **place)
    a_site(a_trial(1), facility)
    assert derived(facility) is None


def test_other_hospitals_of_the_city_give_the_point_of_a_small_one():
    small = {"city": "Kleinxhausen", "country": "Germany"}
    a_facility(1, **small, latitude=50.0, longitude=10)
    facility = a_facility(2, **small)
    a_site(a_trial(1), facility)
    point = derived(facility)
    assert (point.match, point.latitude, point.longitude) == (CityMatch.NEIGHBORS, 50.0, 10)


def test_a_point_of_its_own_ends_the_derived_one_and_a_corrected_city_moves_it():
    facility = a_facility(1)
    a_site(a_trial(1), facility)
    assert derived(facility)
    with authored("test"):
        facility.city = "Marseille"
        facility.save()
    assert derived(facility).latitude == pytest.approx(43.3, abs=0.1)
    with authored("test"):
        facility.latitude, facility.longitude = 45.0, 4.0
        facility.save()
    assert derived(facility) is None
