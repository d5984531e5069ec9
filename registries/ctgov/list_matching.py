"""Which entry of one version of a list is which entry of another: the registry gives entries no ids. Pure."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from difflib import SequenceMatcher
from typing import Any

import orjson

Entry = dict[str, Any]

MIN_DISTINCTIVE_LENGTH = 20
"""Letters from which on the same text in two entries is no accident, as a code or "1 year" is."""
MIN_SIMILARITY = 0.6
"""How much of two names is the same where one is the other, edited."""
MAX_PAIRS_COMPARED, MAX_NAME_LENGTH = 2_500, 500
"""Pairs of entries and letters of their names that are compared letter by letter: it takes the product of both."""

#: What names an entry, the surest first: references, ids, arms, outcomes, locations, people and drugs, links.
_NAMES = (("pmid",), ("id",), ("label",), ("measure",), ("facility", "city", "zip"), ("name",), ("url",), ("citation",))


def match_entries(left: list[Entry], right: list[Entry], *, match_remaining: bool = True) -> dict[int, int]:
    """Places in `left` → places in `right`, one to one: equal entries, then those of the same name.

    Entries that stand at the same place come first each time, so that twins do not swap. `whatever_is_left` is then
    paired in order: an entry whose very name was edited is still that entry.
    """
    pairs: dict[int, int] = {}
    for sign in (_content, _name_key):
        _match_on(sign, left, right, pairs)
    if match_remaining:
        pairs |= dict(zip(_unmatched(left, pairs), _unmatched(right, pairs.values()), strict=False))
    return pairs


def entry_digest(entry: Entry) -> str:
    """Ten letters and digits that stand for an entry as it is."""
    return hashlib.blake2b(_content(entry), digest_size=5).hexdigest()


def entry_name(entry: Entry) -> str:
    """What people would call an entry; "" where it has no name."""
    named = _name_key(entry)
    return next((str(part) for part in named[1:] if part), "") if named else ""


def track_entries(left: list[Entry], right: list[Entry]) -> dict[int, int]:
    """What became of the entries of one version in the next: places in `left` → places in `right`.

    As `pair`, but of what is left only entries that are still alike are one thing, renamed; else one went and one came.
    Where very many were renamed at once, nothing is compared.
    """
    pairs = match_entries(left, right, match_remaining=False)
    gone, free = _unmatched(left, pairs), _unmatched(right, pairs.values())
    if len(gone) * len(free) > MAX_PAIRS_COMPARED:
        return pairs
    for place in gone:
        heir = next((other for other in free if _are_similar(left[place], right[other])), None)
        if heir is not None:
            pairs[place] = heir
            free.remove(heir)
    return pairs


def _are_similar(entry: Entry, other: Entry) -> bool:
    """Whether a text of some length is the same in both, or the names differ in little; without a name, anyhow."""
    if not entry_name(entry) or not entry_name(other):
        return True
    if any(len(str(text)) >= MIN_DISTINCTIVE_LENGTH and other.get(key) == text for key, text in entry.items()):
        return True
    return (
        SequenceMatcher(None, entry_name(entry)[:MAX_NAME_LENGTH], entry_name(other)[:MAX_NAME_LENGTH]).ratio()
        >= MIN_SIMILARITY
    )


def _match_on(
    key_function: Callable[[Entry], Hashable], left: list[Entry], right: list[Entry], pairs: dict[int, int]
) -> None:
    """Add the pairs of entries that show the same sign."""
    here = {place: key_function(left[place]) for place in _unmatched(left, pairs)}
    there = {place: key_function(right[place]) for place in _unmatched(right, pairs.values())}
    pairs |= {place: place for place, shown in here.items() if shown is not None and there.get(place) == shown}
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place, shown in there.items():
        if place not in pairs or pairs[place] != place:
            waiting[shown].append(place)
    for place, shown in here.items():
        if place not in pairs and shown is not None and waiting[shown]:
            pairs[place] = waiting[shown].popleft()


def _unmatched(entries: list[Entry], paired) -> list[int]:
    taken = set(paired)
    return [place for place in range(len(entries)) if place not in taken]


def _content(entry: Entry) -> bytes:
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def _name_key(entry: Entry) -> tuple | None:
    found = next((names for names in _NAMES if names[0] in entry), None)
    return (found, *(entry.get(name) for name in found)) if found else None
