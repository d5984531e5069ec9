"""Points of facilities without coordinates, derived from their city."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Avg, Count, Max, Min

from common.countries import canonical_country_name
from common.text import search_key
from sites.models import CityMatch, Facility, FacilityPoint
from sites.places.city_index import City, cities_named
from sites.text_search import in_city, in_country

#: What records add to the name of a city.
_ADDITIONS = re.compile(r" (?:city|cedex|d c|df|si|shi|ku|gun|gu|cho|county)$|^(?:city of|greater) ")
#: Other facilities of a city whose points are further apart than this, in degrees, say nothing about the city.
_MAX_SPREAD = 0.5


class DerivedPoint(NamedTuple):
    latitude: float
    longitude: float
    match: CityMatch


def facility_point(facility: Facility) -> tuple[float, float] | None:
    """Latitude and longitude of a facility, its own or derived ones, loaded with `derived_point`."""
    if facility.latitude is not None:
        return facility.latitude, facility.longitude
    point = getattr(facility, "derived_point", None)
    return (point.latitude, point.longitude) if point else None


def derive_points(facilities: Iterable[dict]) -> None:
    """Store or delete the derived points of facilities, given as rows with id, place and coordinates.

    No query for those with coordinates, unless the point of one has to be deleted.
    """
    rows = list({row["id"]: row for row in facilities}.values())
    without = [row for row in rows if row["latitude"] is None and row["city"]]
    points = {row["id"]: point for row in without if (point := _point_of_city(row))}
    stale = FacilityPoint.objects.filter(pk__in=[row["id"] for row in rows if row["id"] not in points])
    stale.delete()
    if points:
        FacilityPoint.objects.bulk_create(
            [FacilityPoint(facility_id=pk, **point._asdict()) for pk, point in points.items()],
            update_conflicts=True,
            unique_fields=["facility"],
            update_fields=["latitude", "longitude", "match"],
        )


def _point_of_city(row: dict) -> DerivedPoint | None:
    """The point of a facility's city from the city index, else from other facilities there."""
    country = canonical_country_name(row["country"])
    for name in _spellings(row["city"]):
        if cities := [city for city in cities_named(name) if city.country == country]:
            return _best_match(cities, search_key(row["state"]))
    return _mean_point(row)


def _best_match(cities: Sequence[City], region: str) -> DerivedPoint:
    """The city of the region, else the most weighty one of the country."""
    in_region = [city for city in cities if region in city.region_keys]
    city = (in_region or cities)[0]
    return DerivedPoint(city.latitude, city.longitude, CityMatch.REGION if in_region else CityMatch.COUNTRY)


def _spellings(name: str) -> Iterator[str]:
    """The name of a city as written, then without additions, then without what is in brackets or after a comma."""
    key = search_key(name)
    yield key
    if (shorter := _ADDITIONS.sub("", key)) != key:
        yield shorter
    first = re.split(r"[,(/]", name)[0]
    if (short := search_key(first)) not in ("", key):
        yield short


def _mean_point(row: dict) -> DerivedPoint | None:
    """The mean of the points of other facilities in the city, where these lie close together."""
    others = Facility.objects.filter(in_city(row["city"]), in_country(row["country"]), latitude__isnull=False)
    if row["state"]:
        others = others.filter(state__plain=search_key(row["state"]))
    neighbors = others.order_by().aggregate(
        Count("pk"), Avg("latitude"), Avg("longitude"), spread=_spread("latitude") + _spread("longitude")
    )
    if not neighbors["pk__count"] or neighbors["spread"] > _MAX_SPREAD:
        return None
    return DerivedPoint(neighbors["latitude__avg"], neighbors["longitude__avg"], CityMatch.NEIGHBORS)


def _spread(column: str):
    return Max(column) - Min(column)
