"""What must be ours, and what must be left to decide, after each version of a record: told from the law alone."""

from dataclasses import dataclass, field
from typing import Any

from tests.registries.simulated_sponsor import Key, Sponsor

REMOVED = None


@dataclass
class ExpectedState:
    """`base` is the record last taken in, `ours` what we have, `open` what the registry says where that clashes.

    `said`: statuses that a person said after the record last spoke, whatever they are.
    """

    sponsor: Sponsor
    base: dict[Key, Any] = field(default_factory=dict)
    ours: dict[Key, Any] = field(default_factory=dict)
    open: dict[Key, Any] = field(default_factory=dict)
    said: set[Key] = field(default_factory=set)
    conflicts: int = 0

    def take_in(self) -> None:
        """The sponsor's present record arrives: law 8, thing by thing."""
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
            return  # a site that left the record stays as it is
        if key not in self.base:
            self.ours[key] = theirs[key]
            return
        new, old, ours = theirs[key], self.base[key], self.ours[key]
        if new == old:
            return
        if new == ours:
            self.open.pop(key, None)
        elif ours == old and key not in self.said:
            self.ours[key] = new
            self.open.pop(key, None)
        else:
            self._clash(key, new)

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
            self._clash(whole, {"measure": theirs[measure], "timeFrame": theirs[time]})
        elif is_base and not is_theirs:
            self._dropped(pk, is_ours)

    def _dropped(self, pk: int, is_ours: bool) -> None:
        """The registry dropped an outcome: with it goes ours, unless people changed it."""
        whole, time = ("outcome", pk, ""), ("outcome", pk, "time")
        clashed = self.open.pop(time, None) is not None
        if not is_ours:
            self.open.pop(whole, None)
        elif clashed or self.ours[time] != self.base[time]:
            self._clash(whole, REMOVED)
        else:
            self.forget(pk)

    def _clash(self, key: Key, theirs: Any) -> None:
        self.open[key] = theirs
        self.conflicts += 1

    def forget(self, pk: int) -> None:
        self.ours = {key: value for key, value in self.ours.items() if key[:2] != ("outcome", pk)}
        self.open = {key: value for key, value in self.open.items() if key != ("outcome", pk, "time")}

    def decide(self, key: Key, *, theirs: bool) -> None:
        said = self.open.pop(key)
        if not theirs:
            return
        if key[2] == "" and said is REMOVED:
            self.forget(key[1])
        elif key[2] == "":
            self.ours["outcome", key[1], "measure"] = said["measure"]
            self.ours["outcome", key[1], "time"] = said["timeFrame"]
        else:
            self.ours[key] = said
            self.said.discard(key)
