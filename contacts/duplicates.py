"""Possible duplicates among contacts: the same e-mail, the same phone, or the same name at the same facility.

Wider than `contacts.person_matching`, which finds certain matches: an e-mail or a phone alone is enough here.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from common import contact_details, person_names
from contacts.filters import directory_people
from contacts.models import NotTheSame, Person, Role
from contacts.person_matching import SHARED_VALUE_LIMIT, is_person_name


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two contacts (ids, the older first) and what they have in common, as text."""

    first: int
    second: int
    reasons: tuple[str, ...]


def find_duplicates(user) -> list[DuplicatePair]:
    """Pairs among the user's contacts not marked as different people, most reasons first. Three queries."""
    people = list(directory_people(user).values_list("pk", "name", "phone", "email"))
    reasons_by_pair: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for reason, groups in _shared_values(people, _facilities(user)):
        for pair in dict.fromkeys(pair for group in groups for pair in combinations(group, 2)):
            reasons_by_pair[pair].append(reason)
    different = set(NotTheSame.objects.values_list("first_id", "second_id")) if reasons_by_pair else set()
    duplicates = [
        DuplicatePair(*pair, tuple(reasons)) for pair, reasons in reasons_by_pair.items() if pair not in different
    ]
    return sorted(duplicates, key=lambda pair: (-len(pair.reasons), pair.first, pair.second))


def _shared_values(people: list[tuple], facilities: dict[int, set[int]]) -> Iterator[tuple[str, list[list[int]]]]:
    yield "the same e-mail", _group_by_value((contact_details.email_key(email), pk) for pk, _, _, email in people)
    yield "the same phone", _group_by_phone((phone, pk) for pk, _, phone, _ in people)
    at_places = (
        ((key, place), pk)
        for pk, name, _, _ in people
        if is_person_name(name)
        for key in _name_keys(person_names.parse_name(name))
        for place in facilities.get(pk, ())
    )
    yield "the same name at the same facility", _group_by_value(at_places)


def _name_keys(name: person_names.PersonName) -> frozenset[str]:
    """Comparison keys without middle initials; a person decides about each pair."""
    return (name.reduced_keys or name.keys) if name.is_full else frozenset()


def _facilities(user) -> dict[int, set[int]]:
    """The facility ids by person id, of the roles that the user may edit."""
    roles = Role.objects.editable_by(user).filter(trial_site__isnull=False).order_by()
    facilities: defaultdict[int, set[int]] = defaultdict(set)
    for person_id, facility_id in roles.values_list("person_id", "trial_site__facility_id"):
        facilities[person_id].add(facility_id)
    return facilities


def _group_by_value(keyed_ids: Iterable[tuple[Hashable, int]]) -> list[list[int]]:
    groups: defaultdict[Hashable, set[int]] = defaultdict(set)
    for key, pk in keyed_ids:
        if key:
            groups[key].add(pk)
    return [sorted(group) for group in groups.values() if 1 < len(group) <= SHARED_VALUE_LIMIT]


def _group_by_phone(phones: Iterable[tuple[str, int]]) -> list[list[int]]:
    """As `_group_by_value`; a national number joins each international number that it may be, else its equals."""
    endings: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for phone, pk in phones:
        if ending := contact_details.last_digits(phone):
            endings[ending][contact_details.normal_form(phone)].add(pk)
    groups, placed = [], set()
    for forms in endings.values():
        for form in sorted(forms):  # "+" sorts before digits
            if form not in placed:
                same = [other for other in forms if contact_details.is_same_number(form, other)]
                placed.update(same)
                groups.append(sorted(set().union(*(forms[other] for other in same))))
    return [group for group in groups if 1 < len(group) <= SHARED_VALUE_LIMIT]


def may_merge(user, *people: Person) -> bool:
    """Whether the user may edit every role of these contacts."""
    roles = Role.objects.filter(person__in=people)
    return not roles.exclude(pk__in=Role.objects.editable_by(user).values("pk")).exists()
