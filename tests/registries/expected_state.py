"""The expected local values and open conflicts after each version of a record, computed from the merge rule alone."""

from dataclasses import dataclass, field
from typing import Any

from tests.registries.simulated_sponsor import Key, Sponsor

REMOVED = None


@dataclass
class ExpectedState:
    """`base` is the last imported record, `ours` the local values, `open` the registry values of open conflicts.

    `reported`: keys of statuses that a person reported later than the record.
    """

    sponsor: Sponsor
    base: dict[Key, Any] = field(default_factory=dict)
    ours: dict[Key, Any] = field(default_factory=dict)
    open: dict[Key, Any] = field(default_factory=dict)
    reported: set[Key] = field(default_factory=set)
    conflicts: int = 0

    def import_record(self) -> None:
        """The sponsor's current record is imported, value by value."""
        theirs = {key: value for key, value in self.sponsor.values.items() if self.sponsor.is_listed(key)}
        for key in sorted({*theirs, *self.base, *self.ours}):
            if key[0] == "outcome":
                continue
            self._field(key, theirs)
        for pk in sorted({key[1] for key in (*theirs, *self.base, *self.ours) if key[0] == "outcome"}):
            self._outcome(pk, theirs)
        self.base |= theirs
        self.base = {key: value for key, value in self.base.items() if key in theirs or key[0] == "site"}

    def _field(self, key: Key, theirs: dict[Key, Any]) -> None:
        if key not in theirs:
            return  # a delisted site stays unchanged
        if key not in self.base:
            self.ours[key] = theirs[key]
            return
        new, old, ours = theirs[key], self.base[key], self.ours[key]
        if new == old:
            return
        if new == ours:
            self.open.pop(key, None)
        elif ours == old and key not in self.reported:
            self.ours[key] = new
            self.open.pop(key, None)
        else:
            self._open_conflict(key, new)

    def _outcome(self, pk: int, theirs: dict[Key, Any]) -> None:
        whole, measure, time = ("outcome", pk, ""), ("outcome", pk, "measure"), ("outcome", pk, "time")
        is_theirs, is_base, is_ours = (time in one for one in (theirs, self.base, self.ours))
        if is_theirs and (is_ours or not is_base):
            if not is_base and not is_ours:
                self.ours |= {measure: theirs[measure], time: theirs[time]}
                return
            self.open.pop(whole, None)
            self._field(time, theirs)
        elif is_theirs and theirs[time] != self.base[time]:
            self._open_conflict(whole, {"measure": theirs[measure], "timeFrame": theirs[time]})
        elif is_base and not is_theirs:
            self._remove_at_registry(pk, is_ours)

    def _remove_at_registry(self, pk: int, is_ours: bool) -> None:
        """The registry removed an outcome: ours is removed as well, unless people changed it."""
        whole, time = ("outcome", pk, ""), ("outcome", pk, "time")
        had_conflict = self.open.pop(time, None) is not None
        if not is_ours:
            self.open.pop(whole, None)
        elif had_conflict or self.ours[time] != self.base[time]:
            self._open_conflict(whole, REMOVED)
        else:
            self.delete_outcome(pk)

    def _open_conflict(self, key: Key, theirs: Any) -> None:
        self.open[key] = theirs
        self.conflicts += 1

    def delete_outcome(self, pk: int) -> None:
        self.ours = {key: value for key, value in self.ours.items() if key[:2] != ("outcome", pk)}
        self.open = {key: value for key, value in self.open.items() if key != ("outcome", pk, "time")}

    def resolve(self, key: Key, *, theirs: bool) -> None:
        registry_value = self.open.pop(key)
        if not theirs:
            return
        if key[2] == "" and registry_value is REMOVED:
            self.delete_outcome(key[1])
        elif key[2] == "":
            self.ours["outcome", key[1], "measure"] = registry_value["measure"]
            self.ours["outcome", key[1], "time"] = registry_value["timeFrame"]
        else:
            self.ours[key] = registry_value
            self.reported.discard(key)
