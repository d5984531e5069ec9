"""Three versions of a study, field by field: what only the registry changed comes in, what people changed stays. Pure.

The versions are `writing.study_json`: the record last taken in (base), the new one (theirs), our rows (ours).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple

from registries.ctgov.list_matching import Entry, entry_digest, match_entries, track_entries

Json = dict[str, Any]
Rows = Mapping[str, Sequence[int]]


class MergeConflict(NamedTuple):
    """Both changed the same thing differently. None: it has no such value."""

    path: str
    base: Any
    theirs: Any
    ours: Any


class MergeChange(NamedTuple):
    """What came in from the registry. None: no such value."""

    path: str
    before: Any
    after: Any


@dataclass(slots=True)
class MergeResult:
    """`value` is ours with all that only the registry changed; a clash leaves ours in it.

    Paths are dotted, whole; an entry of a list is its row: `outcomes[#17].measure`. One that we do not have is known by
    what the registry says in it: `outcomes[~5f3a…]`. `agreed`: what both now say alike, though they did not before.
    `shared`: entries that both have. `rows`: of each list that changed, the rows of its entries in
    their new order, None for a new one.
    """

    value: Json
    conflicts: list[MergeConflict]
    changes: list[MergeChange]
    converged: list[str]
    shared: list[str]
    rows: dict[str, list[int | None]]


def merge(
    base: Json, theirs: Json, ours: Json, *, exclude: Collection[str] = (), rows: Rows | None = None
) -> MergeResult:
    """Merge three versions. Values at the paths in `apart` are not compared: ours stays.

    `rows` are the ids of our entries, by the path of their list: these lists are merged entry by entry, others are
    taken or left whole.
    """
    merging = _Merger(frozenset(exclude), rows or {})
    value = merging.object("", base, theirs, ours)
    return MergeResult(
        value, merging.conflicts, merging.changes, merging.converged, merging.shared, merging.merged_row_ids
    )


@dataclass(slots=True)
class _Merger:
    exclude: frozenset[str]
    rows: Rows
    conflicts: list[MergeConflict] = field(default_factory=list)
    changes: list[MergeChange] = field(default_factory=list)
    converged: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    merged_row_ids: dict[str, list[int | None]] = field(default_factory=dict)

    def object(self, path: str, base: Json, theirs: Json, ours: Json) -> Json:
        merged = {}
        for key in {**ours, **theirs, **base}:
            inner = f"{path}.{key}" if path else key
            value = self.value(inner, base.get(key), theirs.get(key), ours.get(key))
            if value is not None:
                merged[key] = value
        return merged

    def value(self, path: str, base: Any, theirs: Any, ours: Any) -> Any:
        """One field, None when it is not there afterwards."""
        if path in self.exclude:
            return ours
        if _all_are(dict, base, theirs, ours):
            return self.object(path, base or {}, theirs or {}, ours or {}) or None
        if path in self.rows and _are_entries(base, theirs, ours) and theirs not in (base, ours):
            return self.entries(path, base or [], theirs or [], ours or []) or None
        return self.whole(path, base, theirs, ours)

    def whole(self, path: str, base: Any, theirs: Any, ours: Any) -> Any:
        """One field that is taken or left as it stands."""
        if theirs == ours != base:
            self.converged.append(path)
        if theirs in (base, ours):
            return ours
        if ours == base:
            self.changes.append(MergeChange(path, ours, theirs))
            return theirs
        self.conflicts.append(MergeConflict(path, base, theirs, ours))
        return ours

    def entries(self, path: str, base: list[Entry], theirs: list[Entry], ours: list[Entry]) -> list[Entry]:
        """A list that the registry changed; where we did not, it is taken whole."""
        if ours == base:
            self.merged_row_ids[path] = self.rows_of(path, track_entries(theirs, ours), range(len(theirs)))
            return self.whole(path, base, theirs, ours)
        merged = []
        kept = self.merged_row_ids[path] = []
        for in_base, in_theirs, in_ours in _align(base, theirs, ours):
            versions = _entry_at(base, in_base), _entry_at(theirs, in_theirs), _entry_at(ours, in_ours)
            row = None if in_ours is None else self.rows[path][in_ours]
            entry = self.entry(f"{path}[{_path_key(row, *versions)}]", *versions)
            if entry is not None:
                merged.append(entry)
                kept.append(row)
        return merged

    def entry(self, path: str, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> Entry | None:
        if theirs is None or ours is None:
            return self.whole(path, base, theirs, ours)
        self.shared.append(path)
        return self.object(path, base or {}, theirs, ours)

    def rows_of(self, path: str, was: Mapping[int, int], places: Sequence[int]) -> list[int | None]:
        return [self.rows[path][was[place]] if place in was else None for place in places]


def _path_key(row: int | None, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> str:
    """What an entry is called in a path."""
    return f"~{entry_digest(theirs or base or {})}" if row is None else f"#{row}"


AlignedEntry = tuple[int | None, int | None, int | None]


def _align(base: list[Entry], theirs: list[Entry], ours: list[Entry]) -> list[AlignedEntry]:
    """(place in base, in theirs, in ours) of every entry that theirs or ours has or both dropped, in the merged order.

    The order is the registry's, unless we reordered; what that order does not know comes last.
    """
    to_theirs, to_ours = track_entries(base, theirs), track_entries(base, ours)
    triples: list[AlignedEntry] = [(place, to_theirs.get(place), to_ours.get(place)) for place in range(len(base))]
    triples += _align_added(theirs, to_theirs, ours, to_ours)
    kept = [to_ours[place] for place in sorted(to_ours)]
    first, second = (2, 1) if kept != sorted(kept) else (1, 2)
    return sorted(triples, key=lambda triple: (_none_last(triple[first]), _none_last(triple[second])))


def _align_added(theirs: list[Entry], to_theirs: dict, ours: list[Entry], to_ours: dict) -> Iterator[AlignedEntry]:
    """Entries that the base lacks; what both added under the same name is one entry."""
    new_theirs = [place for place in range(len(theirs)) if place not in to_theirs.values()]
    new_ours = [place for place in range(len(ours)) if place not in to_ours.values()]
    same = match_entries(
        [theirs[place] for place in new_theirs], [ours[place] for place in new_ours], match_remaining=False
    )
    for number, place in enumerate(new_theirs):
        yield None, place, new_ours[same[number]] if number in same else None
    yield from ((None, None, place) for number, place in enumerate(new_ours) if number not in same.values())


def _none_last(place: int | None) -> float:
    return inf if place is None else place


def _entry_at(entries: list[Entry], place: int | None) -> Entry | None:
    return None if place is None else entries[place]


def _all_are(kind: type, *values: Any) -> bool:
    """Whether those of the values that are there are of a kind; false when none is there."""
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(value, kind) for value in present)


def _are_entries(*values: Any) -> bool:
    """Whether the values are lists of objects, not of texts or codes."""
    return _all_are(list, *values) and all(isinstance(entry, dict) for value in values for entry in value or [])
