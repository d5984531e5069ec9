"""Possible duplicates among facilities, by name, city and postal code. Pure.

Only facilities of one city are compared, and of these only those that share a rare word or a postal code, so that the
number of comparisons grows with the number of facilities and not with its square.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from math import cos, hypot, radians

from common.countries import canonical_country_name
from common.search_tokens import compact
from sites.facilities.name_keys import NameKey, city_key, name_key

#: A word that more facilities of a city have than this leads to no comparison.
MAX_SHARING = 40
#: Likelihood from which a pair is proposed.
LEAST_LIKELIHOOD = 50
_FAR_KM = 30


@dataclass(frozen=True, slots=True)
class FacilityAddress:
    """What is compared of a facility."""

    pk: int
    name: str
    city: str
    state: str
    zip: str
    country: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class DuplicateCandidate:
    """Two facilities (ids, the smaller first), how likely they are one (0 to 100), and why."""

    first: int
    second: int
    likelihood: int
    reasons: tuple[str, ...]


def find_duplicates(facilities: Iterable[FacilityAddress]) -> list[DuplicateCandidate]:
    """Pairs that are likely one hospital, most likely first."""
    cities: defaultdict[Hashable, list[tuple[FacilityAddress, NameKey]]] = defaultdict(list)
    for facility in facilities:
        if city := city_key(facility.city):
            country = canonical_country_name(facility.country) or facility.country
            cities[country, city].append((facility, name_key(facility.name, facility.city)))
    candidates = (
        candidate
        for members in cities.values()
        for one, other in _pairs(members)
        if (candidate := compare(members[one], members[other]))
    )
    return sorted(candidates, key=lambda pair: (-pair.likelihood, pair.first, pair.second))


def _pairs(members: list[tuple[FacilityAddress, NameKey]]) -> set[tuple[int, int]]:
    """Pairs of positions that share a distinctive word or its beginning, all words, or the postal code."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position, (facility, key) in enumerate(members):
        for value in {*_blocking_keys(facility, key)}:
            groups[value].append(position)
    return {
        pair for positions in groups.values() if 1 < len(positions) <= MAX_SHARING
        for pair in combinations(positions, 2)
    }  # fmt: skip


def _blocking_keys(facility: FacilityAddress, key: NameKey) -> Iterator[Hashable]:
    yield key.words
    yield from key.distinctive
    yield from (f"{word[:4]}…" for word in key.distinctive if len(word) > 5)
    if facility.zip:
        yield "zip", compact(facility.zip)


def compare(one: tuple[FacilityAddress, NameKey], other: tuple[FacilityAddress, NameKey]) -> DuplicateCandidate | None:
    """The candidate of two facilities of one city; None where they are not likely one."""
    (first, first_key), (second, second_key) = sorted((one, other), key=lambda member: member[0].pk)
    likelihood, reason = _compare_names(first_key, second_key)
    if not likelihood:
        return None
    reasons = [reason]
    if first.zip and compact(first.zip) == compact(second.zip):
        likelihood += 8
        reasons.append("the same postal code")
    elif first.zip and second.zip:
        likelihood -= 4
    if first.state and second.state and compact(first.state) != compact(second.state):
        likelihood -= 8
    if _distance_km(first, second) > _FAR_KM:
        likelihood -= 20
    if likelihood < LEAST_LIKELIHOOD:
        return None
    return DuplicateCandidate(first.pk, second.pk, min(likelihood, 100), tuple(reasons))


def _compare_names(one: NameKey, other: NameKey) -> tuple[int, str]:
    """The likelihood by the names alone, and its reason; 0 for names of different hospitals."""
    if one.plain == other.plain:
        return 92, "the same name"
    if one.numbers != other.numbers:
        return 0, ""
    if one.words == other.words:
        return 88, "the same words, apart from order, abbreviations, language and the city"
    if not one.distinctive or not other.distinctive:
        return 0, ""
    if one.distinctive == other.distinctive:
        return (70 if len(one.distinctive) > 1 else 56), "the same words, apart from usual ones such as “hospital”"
    if _is_spelled_alike(one.distinctive, other.distinctive):
        return (76 if len(one.distinctive) > 1 else 62), "almost the same spelling"
    smaller, larger = sorted((one.distinctive, other.distinctive), key=len)
    if len(smaller) > 1 and smaller < larger:
        return 46, "one name contains the other"
    return 0, ""


def _is_spelled_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each word that only one of them has resembles a word that only the other has."""
    only_one, only_other = sorted(one - other), sorted(other - one)
    if len(only_one) != len(only_other) or len(only_one) > 2:
        return False
    return all(
        min(len(word), len(match)) > 4 and word[0] == match[0] and SequenceMatcher(None, word, match).ratio() >= 0.85
        for word, match in zip(only_one, only_other, strict=True)
    )


def _distance_km(one: FacilityAddress, other: FacilityAddress) -> float:
    """The distance on a plane, which is near enough within a city; 0 where a point is missing."""
    if one.latitude is None or other.latitude is None or one.longitude is None or other.longitude is None:
        return 0
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return 111.2 * hypot(one.latitude - other.latitude, east)
