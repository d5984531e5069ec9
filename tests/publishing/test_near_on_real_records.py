"""Two hundred searches near places over the real records, against distances by another formula."""

from collections import defaultdict
from math import asin, cos, radians, sin, sqrt
from random import Random

import pytest
from django.http import QueryDict

from common import dates
from publishing.search.near import PAGE_SIZE, search_near
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from sites.models import FacilityPoint, TrialSite
from sites.places.circle import EARTH_RADIUS_KM
from sites.places.resolve import resolve_place

pytestmark = [pytest.mark.django_db, pytest.mark.registry, pytest.mark.slow]

SEARCHES = 200
CITIES = """
Lyon, Paris, Köln, München, Berlin, Wien, Zürich, Milano, Roma, Madrid, Barcelona, Lisboa, London, Manchester, Dublin
Amsterdam, Brussels, Copenhagen, Stockholm, Oslo, Helsinki, Warszawa, Praha, Budapest, Athens, Istanbul, Ankara, Cairo
Tel Aviv, Riyadh, Beijing, Shanghai, Guangzhou, Chengdu, Wuhan, Hong Kong, Taipei, Seoul, Busan, Tokyo, Osaka, Bangkok
Singapore, Mumbai, Delhi, Sydney, Melbourne, Auckland, Toronto, Montréal, Boston, Chicago, Seattle, Honolulu, Anchorage
Buenos Aires, São Paulo, Bogotá, Lima, Cape Town, Nairobi, Suva
"""


def chord_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The distance on a sphere from the straight line through it."""
    vectors = []
    for latitude, longitude in (one, two):
        north, east = radians(latitude), radians(longitude)
        vectors.append((cos(north) * cos(east), cos(north) * sin(east), sin(north)))
    chord = sqrt(sum((a - b) ** 2 for a, b in zip(*vectors, strict=True)))
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, chord / 2))


@pytest.fixture
def recruiting(registry_folder) -> dict[int, list[tuple[float, float]]]:
    """Trial → the points of its recruiting sites, read without the search."""
    source = registry_folder / "studies.ndjson.gz"
    assert import_records(iter_records(source), source="test").quarantined == 0
    derived = {point.pk: (point.latitude, point.longitude) for point in FacilityPoint.objects.all()}
    points = defaultdict(list)
    for site in TrialSite.objects.filter(status="RECRUITING").select_related("facility", "trial"):
        statuses = {site.trial.overall_status, site.trial.last_known_status}
        facility = site.facility
        own = (facility.latitude, facility.longitude) if facility.latitude is not None else None
        point = own or derived.get(facility.pk)
        if point and statuses & {"RECRUITING", "NOT_YET_RECRUITING"}:
            points[site.trial_id].append(point)
    return points


def queries() -> list[dict[str, str]]:
    chance = Random(5)
    names = [name.strip() for line in CITIES.strip().splitlines() for name in line.split(",")]
    resolutions = [resolve_place(name) for name in names]
    cities = [(one.place or one.choices[0]).label for one in resolutions]
    return [
        {"near": chance.choice(cities), "within": str(chance.choice((10, 50, 100, 300, 1000))), "unit": unit}
        for unit in ("km", "mi")
        for _ in range(SEARCHES // 2)
    ]


def test_near_searches_find_what_another_formula_finds(recruiting):
    found = 0
    for params in queries():
        query = QueryDict(mutable=True)
        query.update(params)
        results = search_near(query, today=dates.today())
        assert results.filterset.errors == {}
        place = resolve_place(params["near"]).place
        per_unit = 1.609344 if params["unit"] == "mi" else 1
        limit = float(params["within"]) * per_unit
        distances = {
            trial: min(chord_km((place.latitude, place.longitude), point) for point in points)
            for trial, points in recruiting.items()
        }
        expected = sorted((km, trial) for trial, km in distances.items() if km <= limit)
        assert results.count == len(expected)
        shown = [(result.sites[0].distance * per_unit, result.row.pk) for result in results.rows]
        assert [km for km, _ in shown] == pytest.approx([km for km, _ in expected[:PAGE_SIZE]], abs=1e-3)
        assert all(distances[trial] == pytest.approx(km, abs=1e-3) for km, trial in shown)
        found += len(expected)
    assert found > 5_000
