"""Three-way merge of a study: values that only the registry changed are accepted, those that people changed stay. Pure.

The versions are the output of `serializer.study_to_json`: the last imported record (base), the new one (theirs) and
our rows (ours).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from math import inf
from typing import Any, NamedTuple, Protocol

from msgspec import to_builtins

from registries.ctgov.list_matching import Entry, entry_digest, match_entries, track_entries

Json = dict[str, Any]
Rows = Mapping[str, Sequence[int]]


class MergeOutcome(Enum):
    """What an import does with one value."""

    UNCHANGED = auto()
    """The registry did not change it: ours stays."""
    CONVERGED = auto()
    """The registry changed it to the value that we have: nothing to do."""
    ACCEPTED = auto()
    """Only the registry changed it: theirs is stored."""
    CONFLICT = auto()
    """Both changed it differently: ours stays until a person decides."""


def has_same_value(theirs: Any, ours: Any) -> bool:
    """Whether two values are equal; None, "" and empty containers all mean that there is no value."""
    return _blank_to_none(theirs) == _blank_to_none(ours)


def compare_versions(base: Any, theirs: Any, ours: Any, *, confirmed_later: bool = False) -> MergeOutcome:
    """The one rule for a value that the registry and we have.

    `confirmed_later`: a person reported ours after the day of the record, so it counts as changed even where it equals
    the base.
    """
    if has_same_value(theirs, base):
        return MergeOutcome.UNCHANGED
    if has_same_value(theirs, ours):
        return MergeOutcome.CONVERGED
    if has_same_value(ours, base) and not confirmed_later:
        return MergeOutcome.ACCEPTED
    return MergeOutcome.CONFLICT


class MergeConflict(NamedTuple):
    """A value that both changed differently. None: no such value."""

    path: str
    base: Any
    theirs: Any
    ours: Any


class MergeChange(NamedTuple):
    """A value accepted from the registry. None: no such value."""

    path: str
    before: Any
    after: Any


class MergeLog(Protocol):
    """Where the outcomes of a merge are recorded."""

    conflicts: list[MergeConflict]
    changes: list[MergeChange]
    converged: list[str]


def record_merge(log: MergeLog, path: str, base: Any, theirs: Any, ours: Any, *, confirmed_later: bool = False) -> bool:
    """Compare one value and append the outcome to the log; True where the registry's value is to be stored."""
    outcome = compare_versions(base, theirs, ours, confirmed_later=confirmed_later)
    if outcome is MergeOutcome.CONVERGED:
        log.converged.append(path)
    elif outcome is MergeOutcome.ACCEPTED:
        log.changes.append(MergeChange(path, to_builtins(base), to_builtins(theirs)))
    elif outcome is MergeOutcome.CONFLICT:
        log.conflicts.append(MergeConflict(path, to_builtins(base), to_builtins(theirs), to_builtins(ours)))
    return outcome is MergeOutcome.ACCEPTED


@dataclass(slots=True)
class MergeResult:
    """`value` is ours with all values that only the registry changed; where there is a conflict, it has ours.

    Paths are dotted and complete; a list entry is addressed by its row: `outcomes[#17].measure`, and one without a row
    by its digest: `outcomes[~5f3a…]`. `converged`: paths that the registry changed to our value. `shared`: paths of
    entries that both have. `rows`: for each list that changed, the row ids of its entries in their new order, None for
    a new entry.
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
    """Merge three versions. Values at the paths in `exclude` are not compared: ours stays.

    `rows` are the ids of our entries, by the path of their list: these lists are merged entry by entry, others are
    accepted or kept as a whole.
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
        """One merged field, None when it is absent afterwards."""
        if path in self.exclude:
            return ours
        if _all_are(dict, base, theirs, ours):
            return self.object(path, base or {}, theirs or {}, ours or {}) or None
        outcome = compare_versions(base, theirs, ours)
        is_changed = outcome in (MergeOutcome.ACCEPTED, MergeOutcome.CONFLICT)
        if is_changed and path in self.rows and _are_entries(base, theirs, ours):
            return self.entries(path, base or [], theirs or [], ours or []) or None
        return self.whole(path, base, theirs, ours)

    def whole(self, path: str, base: Any, theirs: Any, ours: Any) -> Any:
        """One field that is accepted or kept as a whole."""
        return theirs if record_merge(self, path, base, theirs, ours) else ours

    def entries(self, path: str, base: list[Entry], theirs: list[Entry], ours: list[Entry]) -> list[Entry]:
        """A list that the registry changed; where we did not change it, it is accepted as a whole."""
        if has_same_value(ours, base):
            self.merged_row_ids[path] = self.rows_of(path, track_entries(theirs, ours), range(len(theirs)))
            return self.whole(path, base, theirs, ours)
        merged = []
        row_ids = self.merged_row_ids[path] = []
        for in_base, in_theirs, in_ours in _align(base, theirs, ours):
            versions = _entry_at(base, in_base), _entry_at(theirs, in_theirs), _entry_at(ours, in_ours)
            row = None if in_ours is None else self.rows[path][in_ours]
            entry = self.entry(f"{path}[{_path_key(row, *versions)}]", *versions)
            if entry is not None:
                merged.append(entry)
                row_ids.append(row)
        return merged

    def entry(self, path: str, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> Entry | None:
        if theirs is None or ours is None:
            return self.whole(path, base, theirs, ours)
        self.shared.append(path)
        return self.object(path, base or {}, theirs, ours)

    def rows_of(self, path: str, matches: Mapping[int, int], indexes: Sequence[int]) -> list[int | None]:
        return [self.rows[path][matches[index]] if index in matches else None for index in indexes]


def _blank_to_none(value: Any) -> Any:
    return None if value in ("", [], {}) else value


def _path_key(row: int | None, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> str:
    """The key of an entry in a path: its row id, or its digest where it has no row."""
    return f"~{entry_digest(theirs or base or {})}" if row is None else f"#{row}"


AlignedEntry = tuple[int | None, int | None, int | None]


def _align(base: list[Entry], theirs: list[Entry], ours: list[Entry]) -> list[AlignedEntry]:
    """(index in base, in theirs, in ours) of every entry that theirs or ours has or both dropped, in the merged order.

    The order is the registry's, unless we reordered; entries without an index in that order come last.
    """
    to_theirs, to_ours = track_entries(base, theirs), track_entries(base, ours)
    triples: list[AlignedEntry] = [(index, to_theirs.get(index), to_ours.get(index)) for index in range(len(base))]
    triples += _align_added(theirs, to_theirs, ours, to_ours)
    our_order = [to_ours[index] for index in sorted(to_ours)]
    first, second = (2, 1) if our_order != sorted(our_order) else (1, 2)
    return sorted(triples, key=lambda triple: (_none_last(triple[first]), _none_last(triple[second])))


def _align_added(theirs: list[Entry], to_theirs: dict, ours: list[Entry], to_ours: dict) -> Iterator[AlignedEntry]:
    """Entries that the base lacks; two that both added under the same name are one entry."""
    new_theirs = [index for index in range(len(theirs)) if index not in to_theirs.values()]
    new_ours = [index for index in range(len(ours)) if index not in to_ours.values()]
    same = match_entries(
        [theirs[index] for index in new_theirs], [ours[index] for index in new_ours], match_remaining=False
    )
    for number, index in enumerate(new_theirs):
        yield None, index, new_ours[same[number]] if number in same else None
    yield from ((None, None, index) for number, index in enumerate(new_ours) if number not in same.values())


def _none_last(index: int | None) -> float:
    return inf if index is None else index


def _entry_at(entries: list[Entry], index: int | None) -> Entry | None:
    return None if index is None else entries[index]


def _all_are(kind: type, *values: Any) -> bool:
    """Whether all values other than None are of a type; False when all are None."""
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(value, kind) for value in present)


def _are_entries(*values: Any) -> bool:
    """Whether the values are lists of objects, not of texts or codes."""
    return _all_are(list, *values) and all(isinstance(entry, dict) for value in values for entry in value or [])
