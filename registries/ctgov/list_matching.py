"""Matches the entries of two versions of a list: the registry gives entries no ids. Pure."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from difflib import SequenceMatcher
from typing import Any

import orjson

Entry = dict[str, Any]

MIN_DISTINCTIVE_LENGTH = 20
"""Characters from which on an equal text identifies an entry; shorter ones, such as "1 year", are equal by chance."""
MIN_SIMILARITY = 0.6
"""Similarity ratio of two names from which on one counts as an edit of the other."""
MAX_PAIRS_COMPARED, MAX_NAME_LENGTH = 2_500, 500
"""Limits of the comparison by characters: pairs of entries, and length of their names."""

#: Keys that name an entry, most specific first: references, ids, arms, outcomes, locations, people and drugs, links.
_NAMES = (("pmid",), ("id",), ("label",), ("measure",), ("facility", "city", "zip"), ("name",), ("url",), ("citation",))


def match_entries(entries: list[Entry], others: list[Entry], *, match_remaining: bool = True) -> dict[int, int]:
    """Index in `entries` → index in `others`, one to one: equal entries, then entries of the same name.

    Entries at the same index are matched first each time, so that duplicates do not swap. With `match_remaining`, the
    other entries are then paired in order, as entries whose name was edited.
    """
    pairs: dict[int, int] = {}
    for key_function in (_content, _name_key):
        _match_on(key_function, entries, others, pairs)
    if match_remaining:
        pairs |= dict(zip(_unmatched(entries, pairs), _unmatched(others, pairs.values()), strict=False))
    return pairs


def entry_digest(entry: Entry) -> str:
    """Ten hexadecimal digits: the digest of an entry's content."""
    return hashlib.blake2b(_content(entry), digest_size=5).hexdigest()


def entry_name(entry: Entry) -> str:
    """The name of an entry; "" where it has none."""
    key = _name_key(entry)
    return next((str(part) for part in key[1:] if part), "") if key else ""


def track_entries(entries: list[Entry], others: list[Entry]) -> dict[int, int]:
    """The entries of one version in the next: index in `entries` → index in `others`.

    As `match_entries`, but of the remaining entries only similar ones are paired (renamed); the others were removed
    and added. With more than `MAX_PAIRS_COMPARED` pairs, similarity is not compared.
    """
    pairs = match_entries(entries, others, match_remaining=False)
    removed, added = _unmatched(entries, pairs), _unmatched(others, pairs.values())
    if len(removed) * len(added) > MAX_PAIRS_COMPARED:
        return pairs
    for index in removed:
        similar = next((other for other in added if _are_similar(entries[index], others[other])), None)
        if similar is not None:
            pairs[index] = similar
            added.remove(similar)
    return pairs


def _are_similar(entry: Entry, other: Entry) -> bool:
    """Whether a long text is equal in both, or the names are similar; True where an entry has no name."""
    if not entry_name(entry) or not entry_name(other):
        return True
    if any(len(str(text)) >= MIN_DISTINCTIVE_LENGTH and other.get(key) == text for key, text in entry.items()):
        return True
    return (
        SequenceMatcher(None, entry_name(entry)[:MAX_NAME_LENGTH], entry_name(other)[:MAX_NAME_LENGTH]).ratio()
        >= MIN_SIMILARITY
    )


def _match_on(
    key_function: Callable[[Entry], Hashable], entries: list[Entry], others: list[Entry], pairs: dict[int, int]
) -> None:
    """Add the pairs of entries with the same key."""
    entry_keys = {index: key_function(entries[index]) for index in _unmatched(entries, pairs)}
    other_keys = {index: key_function(others[index]) for index in _unmatched(others, pairs.values())}
    pairs |= {index: index for index, key in entry_keys.items() if key is not None and other_keys.get(index) == key}
    unpaired: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for index, key in other_keys.items():
        if index not in pairs or pairs[index] != index:
            unpaired[key].append(index)
    for index, key in entry_keys.items():
        if index not in pairs and key is not None and unpaired[key]:
            pairs[index] = unpaired[key].popleft()


def _unmatched(entries: list[Entry], matched) -> list[int]:
    matched = set(matched)
    return [index for index in range(len(entries)) if index not in matched]


def _content(entry: Entry) -> bytes:
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def _name_key(entry: Entry) -> tuple | None:
    keys = next((keys for keys in _NAMES if keys[0] in entry), None)
    return (keys, *(entry.get(key) for key in keys)) if keys else None
