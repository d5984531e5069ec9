"""A row of a form of many rows, as somebody typed it over what they had been shown.

The page carries, for each row, the version and the texts that it showed. So a row that somebody else saved meanwhile is
merged field by field: what was not touched is theirs, what was touched stays as typed, and both are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowEdit:
    """`version` is that of the row that was shown, 0 when there was none."""

    version: int
    initial: Texts
    edits: Texts
    reason: str = ""

    @property
    def changed(self) -> dict[str, str]:
        return {name: text for name, text in self.edits.items() if text != self.initial.get(name, "")}

    def merged_into(self, current: Texts) -> dict[str, str]:
        """What the form shows: what is there now under what this person changed."""
        return {**current, **self.changed}

    def differs_from(self, current: Texts) -> bool:
        """Whether there is something to save: saying once more what is there is nothing."""
        return self.merged_into(current) != dict(current)

    def is_stale(self, version: int, current: Texts) -> bool:
        """Whether somebody else changed the row since it was shown, and this person something else in it."""
        return version != self.version and bool(self.changed) and self.differs_from(current)


def dump_seen_values(version: int, texts: Texts) -> str:
    """What the page remembers of a row, for `read_seen`. No text may hold a bar."""
    return "|".join([str(version), *texts.values()])


def load_seen_values(text: str, names: Sequence[str]) -> tuple[int, Texts]:
    """The version and the texts of `seen`. ValueError for anything else."""
    version, *texts = text.split("|")
    return int(version), dict(zip(names, texts, strict=True))
