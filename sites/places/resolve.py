"""Finds the place that somebody typed: a city, a hospital or a pair of coordinates. Reads no network."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from django.db.models import Avg

from common.countries import canonical_country_name
from common.text import search_key
from sites.models import Facility
from sites.places.city_index import City, cities_beginning, cities_named, country_by_code
from sites.text_search import in_city, search_facilities

MAX_LENGTH = 200
#: A city is meant without asking when it weighs this many times as much as the next one of that name.
DOMINANCE = 3
MAX_CHOICES = 8
#: A shorter text suggests no hospitals: they would be too many.
_MIN_FACILITY_LETTERS = 4
_LIKENESS = 0.75
_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d{1,9})?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d{1,9})?)\s*", re.ASCII)
_POSTAL_CODE = re.compile(r"^\s*(?:[A-Z]{1,2}-)?\d{4,6}\s+(?=\D)")


class PlaceKind(StrEnum):
    CITY = "city"
    FACILITY = "facility"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the text that finds it again."""

    label: str
    latitude: float
    longitude: float
    kind: PlaceKind


@dataclass(frozen=True, slots=True)
class Resolution:
    """The place that a text means, and other places that it could mean; no place where that must be asked."""

    typed: str
    place: Place | None = None
    choices: list[Place] = field(default_factory=list)


def resolve_place(typed: str, *, user=None) -> Resolution:
    """The place for a text of at most MAX_LENGTH characters. Hospitals are those visible to the user."""
    if point := parse_point(typed):
        return Resolution(typed, Place(f"{point[0]:g}, {point[1]:g}", *point, PlaceKind.POINT))
    cities = _cities(typed)
    if cities:
        places = _places(cities)
        is_clear = len(places) == 1 or cities[0].weight >= DOMINANCE * _next_weight(cities)
        return Resolution(typed, places[0], places[1:]) if is_clear else Resolution(typed, choices=places)
    matches = [*_own_cities(typed, user), *_facilities(typed, user)]
    if len(matches) == 1 or (matches and search_key(matches[0].label) == search_key(typed)):
        return Resolution(typed, matches[0], matches[1:])
    return Resolution(typed, choices=matches[:MAX_CHOICES] or _similar(typed))


def suggest_places(typed: str, *, user=None) -> list[Place]:
    """Cities that begin with a text, then hospitals with its words."""
    name, *rest = typed.split(",")
    cities = [city for city in cities_beginning(name) if _fits_so_far(city, rest)]
    facilities = _facilities(typed, user) if len(search_key(typed)) >= _MIN_FACILITY_LETTERS else []
    return [*_places(cities)[: MAX_CHOICES - min(len(facilities), MAX_CHOICES // 2)], *facilities][:MAX_CHOICES]


def parse_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees from "45.76,4.84"; None for any other text or a point that is not on earth."""
    match = _POINT.fullmatch(text)
    if not match:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _cities(typed: str) -> list[City]:
    """Cities by name and what follows it: "Lyon", "lyon, fr", "Washington DC", "69003 Lyon, France"."""
    typed = _POSTAL_CODE.sub("", typed)
    name, *qualifiers = [part for part in typed.split(",") if search_key(part)] or [""]
    if matches := _qualified(cities_named(name), qualifiers):
        return matches
    words = name.split()
    for size in range(len(words) - 1, max(0, len(words) - 4), -1):
        last = " ".join(words[size:])
        if matches := _qualified(cities_named(" ".join(words[:size])), [last, *qualifiers]):
            return matches
    return []


def _qualified(cities: Sequence[City], qualifiers: Sequence[str]) -> list[City]:
    """The cities that fit each qualifier; where a country fits, regions that the index does not know are ignored."""
    exact = [city for city in cities if all(_fits(city, text) for text in qualifiers)]
    if exact or not qualifiers:
        return exact
    *_, country = qualifiers
    return [city for city in cities if city.country == _country(country)] if len(qualifiers) > 1 else []


def _fits(city: City, qualifier: str) -> bool:
    return city.country == _country(qualifier) or search_key(qualifier) in {*city.region_keys, *_codes(city)}


def _codes(city: City) -> set[str]:
    return {city.country_code.casefold()}


def _fits_so_far(city: City, qualifiers: Iterable[str]) -> bool:
    """Whether a city fits qualifiers of which the last may be unfinished."""
    keys = {*city.region_keys, *_codes(city), search_key(city.country)}
    return all(
        any(key.startswith(search_key(text)) for key in keys) or city.country == _country(text) for text in qualifiers
    )


def _country(text: str) -> str:
    return canonical_country_name(text) or country_by_code().get(search_key(text), "")


def _next_weight(cities: Sequence[City]) -> float:
    """The weight of the first city that has another label."""
    return next((city.weight for city in cities if city.label != cities[0].label), 0)


def _places(cities: Iterable[City]) -> list[Place]:
    """A place for each different label."""
    by_label = {city.label: city for city in reversed(list(cities))}
    return [
        Place(city.label, city.latitude, city.longitude, PlaceKind.CITY) for city in reversed(list(by_label.values()))
    ][:MAX_CHOICES]


def _own_cities(typed: str, user) -> list[Place]:
    """Smaller cities in which hospitals with coordinates are: the mean of their points."""
    name, *qualifiers = [part.strip() for part in typed.split(",")]
    if not search_key(name):
        return []
    facilities = Facility.objects.visible_to(user).filter(in_city(name), latitude__isnull=False).order_by()
    rows = facilities.values("city", "state", "country").annotate(lat=Avg("latitude"), lon=Avg("longitude"))
    places = {}
    for row in rows[: 10 * MAX_CHOICES]:
        keys = {search_key(row["state"]), search_key(row["country"])}
        if all(search_key(text) in keys or _country(text) == row["country"] for text in qualifiers):
            label = ", ".join(dict.fromkeys(filter(None, (row["city"], row["state"], row["country"]))))
            places[search_key(label)] = Place(label, row["lat"], row["lon"], PlaceKind.CITY)
    return sorted(places.values(), key=lambda place: place.label)[:MAX_CHOICES]


def _facilities(typed: str, user) -> list[Place]:
    """Hospitals with a point of their own by words of the name, and after the last commas city and country."""
    visible = Facility.objects.visible_to(user).filter(latitude__isnull=False, is_masked=False)
    rows = search_facilities(visible.surviving(), typed).order_by("name", "id")[:MAX_CHOICES]
    if not rows and typed.count(",") > 1:  # a comma may be part of the name
        name, *place = typed.rsplit(",", 2)
        rows = search_facilities(visible.surviving(), f"{name.replace(',', ' ')},{','.join(place)}").order_by(
            "name", "id"
        )
    places = {
        str(facility): Place(str(facility), facility.latitude, facility.longitude, PlaceKind.FACILITY)
        for facility in rows[:MAX_CHOICES]
    }
    return list(places.values())


def _similar(typed: str) -> list[Place]:
    """Cities whose names are spelled similarly, for a text that no place fits."""
    key = search_key(typed.split(",")[0])
    for length in (3, 2):
        near = [city for city in cities_beginning(key[:length]) if abs(len(city.key) - len(key)) < 3]
        names = get_close_matches(key, {city.key for city in near}, n=MAX_CHOICES, cutoff=_LIKENESS)
        if names:
            return _places(sorted((city for city in near if city.key in names), key=lambda city: names.index(city.key)))
    return []
