"""Matches the locations of a new version with the trial's sites. Pure; independent of the order of the locations.

The registry gives locations no id, and the same facility can be listed twice in a record. Keys are tried from the most
to the least specific, one site to one location. A location without a match is a new site; a site without a match is
delisted.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from msgspec import json

from common.text import normalize
from registries.ctgov.schema import Location
from sites.placeholder_names import current_country_name, is_placeholder_name


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site of the trial with its location in the last version, or built from our rows."""

    id: int
    location: Location
    is_listed: bool = True
    """Whether the last version listed it."""


@dataclass(slots=True)
class SiteMatches:
    """`site_id_by_index`: index of a location → id of its site. `new`: indexes without a site. `delisted`: site ids."""

    site_id_by_index: dict[int, int]
    new: list[int]
    delisted: list[int]


def match_locations(known: list[KnownSite], locations: list[Location]) -> SiteMatches:
    """Match a trial's sites with the locations of a new version."""
    unmatched_sites = dict(enumerate(sorted(known, key=lambda site: (not site.is_listed, site.id))))
    unmatched_locations = dict(enumerate(locations))
    site_ids: dict[int, int] = {}
    for key_function, only_when_unique in KEY_FUNCTIONS:
        _match_on(key_function, only_when_unique, unmatched_sites, unmatched_locations, site_ids)
    delisted = sorted(site.id for site in unmatched_sites.values())
    return SiteMatches(site_ids, sorted(unmatched_locations), delisted)


KeyFunction = Callable[[Location], Hashable]


def _match_on(
    key_function: KeyFunction, only_when_unique: bool, sites: dict, locations: dict, site_ids: dict[int, int]
) -> None:
    """Match equal keys and remove the matched items; among equals, the oldest listed site gets the first by content."""
    sites_by_key = _group(sites, key_function, lambda site: site.location)
    locations_by_key = _group(locations, key_function, lambda location: location)
    for key, site_numbers in sites_by_key.items():
        indexes = locations_by_key.get(key, [])
        if only_when_unique and (len(site_numbers), len(indexes)) != (1, 1):
            continue
        indexes = sorted(indexes, key=lambda index: _content(locations[index]))
        for site_number, index in zip(site_numbers, indexes, strict=False):
            site_ids[index] = sites.pop(site_number).id
            del locations[index]


def _group(items: dict, key_function: KeyFunction, location_of: Callable) -> dict[Hashable, list]:
    groups = defaultdict(list)
    for number, item in items.items():
        key = key_function(location_of(item))
        if key is not None:
            groups[key].append(number)
    return groups


def _content(location: Location) -> bytes:
    return json.encode(location)


def _place(location: Location) -> Hashable:
    """The printed name and place, without differences in case, spaces and renamed countries; None if masked."""
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
    """A masked name with its place; a numbered mask is nearly a name."""
    return (*map(_normalized, (location.facility, location.city, location.state, location.zip)), _country(location))


def _masked_place_and_people(location: Location) -> Hashable:
    people = _people(location)
    return (_masked_place(location), people) if people else None


def _people(location: Location) -> Hashable:
    """The contacts, by name and e-mail; None when there are none."""
    contacts = {
        (_normalized(contact.name), _normalized(contact.email))
        for contact in location.contacts
        if contact.name or contact.email
    }
    return frozenset(contacts) or None


def _people_and_country(location: Location) -> Hashable:
    """A renamed facility with the same contacts."""
    people = _people(location)
    return (people, _country(location)) if people else None


def _normalized(text: str) -> str:
    """Text in NFC, case-folded, with single spaces; accents count, as in the database."""
    return " ".join(normalize(text).casefold().split())


def _country(location: Location) -> str:
    return _normalized(current_country_name(location.country))


#: (key function, whether it needs exactly one site and one location), the most specific first.
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
