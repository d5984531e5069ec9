"""Which location of a new version is which site. Pure, deterministic, whatever the order of the locations.

The registry gives locations no id, and the same facility and town can stand in a record twice. So a location is
matched from the surest sign to the weakest, one site to one location, and what nothing matches is a new site: nothing
is merged. A site that no location matches has left the record; it stays, marked.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from msgspec import json

from common.text import normalize
from registries.ctgov.schema import Location
from sites.place_names import current_country_name, is_placeholder_name


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site of the trial and how it looked: as the last version printed it, or as our own rows have it."""

    id: int
    location: Location
    is_listed: bool = True
    """Whether the last version printed it."""


@dataclass(slots=True)
class SiteMatches:
    """`site_of`: place in the new list → id of the site. `new`: places without a site. `gone`: ids without a place."""

    site_id_by_index: dict[int, int]
    new: list[int]
    delisted: list[int]


def match_locations(known: list[KnownSite], locations: list[Location]) -> SiteMatches:
    """Match a trial's sites with the locations of a new version."""
    sites = dict(enumerate(sorted(known, key=lambda site: (not site.is_listed, site.id))))
    places = dict(enumerate(locations))
    site_of: dict[int, int] = {}
    for sign, only_when_unique in KEY_FUNCTIONS:
        _match_on(sign, only_when_unique, sites, places, site_of)
    return SiteMatches(site_of, sorted(places), sorted(site.id for site in sites.values()))


KeyFunction = Callable[[Location], Hashable]


def _match_on(
    key_function: KeyFunction, only_when_unique: bool, sites: dict, places: dict, site_of: dict[int, int]
) -> None:
    """Pair what shows the same sign; among equals the oldest listed site gets the first in order of content."""
    left, right = (
        _group(sites, key_function, lambda site: site.location),
        _group(places, key_function, lambda location: location),
    )
    for value, site_keys in left.items():
        place_keys = right.get(value, [])
        if only_when_unique and (len(site_keys), len(place_keys)) != (1, 1):
            continue
        for site_key, place_key in zip(
            site_keys, sorted(place_keys, key=lambda key: _content(places[key])), strict=False
        ):
            site_of[place_key] = sites.pop(site_key).id
            del places[place_key]


def _group(items: dict, key_function: KeyFunction, location_of: Callable) -> dict[Hashable, list]:
    groups = defaultdict(list)
    for key, thing in items.items():
        value = key_function(location_of(thing))
        if value is not None:
            groups[value].append(key)
    return groups


def _content(location: Location) -> bytes:
    return json.encode(location)


def _place(location: Location) -> Hashable:
    """The printed name and place, case, spaces and renamed countries aside."""
    if is_placeholder_name(location.facility):
        return None
    return (*map(_normalized, (location.facility, location.city, location.state, location.zip)), _country(location))


def _place_and_people(location: Location) -> Hashable:
    place, people = _place(location), _people(location)
    return (place, people) if place and people else None


def _name_and_town(location: Location) -> Hashable:
    if is_placeholder_name(location.facility):
        return None
    return _normalized(location.facility), _normalized(location.city), _country(location)


def _name_in_country(location: Location) -> Hashable:
    """A facility that moved to another town."""
    return None if is_placeholder_name(location.facility) else (_normalized(location.facility), _country(location))


def _masked_place(location: Location) -> Hashable:
    """The mask with its place: a numbered mask is nearly a name."""
    return (*map(_normalized, (location.facility, location.city, location.state, location.zip)), _country(location))


def _masked_place_and_people(location: Location) -> Hashable:
    people = _people(location)
    return (_masked_place(location), people) if people else None


def _people(location: Location) -> Hashable:
    """Who is named there, by name and address; None when nobody can be told apart."""
    named = {
        (_normalized(contact.name), _normalized(contact.email))
        for contact in location.contacts
        if contact.name or contact.email
    }
    return frozenset(named) or None


def _people_and_country(location: Location) -> Hashable:
    """A facility that was renamed, with the same people in it."""
    people = _people(location)
    return (people, _country(location)) if people else None


def _normalized(text: str) -> str:
    """Composed and decomposed letters are one; an accent tells two places apart, as in the database."""
    return " ".join(normalize(text).casefold().split())


def _country(location: Location) -> str:
    return _normalized(current_country_name(location.country))


#: (sign, only when one site and one location show it), the surest first.
KEY_FUNCTIONS: list[tuple[KeyFunction, bool]] = [
    (_content, False),
    (_place_and_people, False),
    (_place, False),
    (_masked_place_and_people, False),
    (_masked_place, False),
    (_name_and_town, False),
    (_people_and_country, True),
    (_name_in_country, True),
]
