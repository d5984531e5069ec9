"""A row of a form of many rows, as somebody typed it over what they had been shown.

The page carries, for each row, the version and the texts that it showed. So a row that somebody else saved meanwhile is
merged field by field: what was not touched is theirs, what was touched stays as typed, and both are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """`version` is that of the row that was shown, 0 when there was none."""

    version: int
    shown: Texts
    typed: Texts
    reason: str = ""

    @property
    def touched(self) -> dict[str, str]:
        return {name: text for name, text in self.typed.items() if text != self.shown.get(name, "")}

    def over(self, present: Texts) -> dict[str, str]:
        """What the form shows: what is there now under what this person changed."""
        return {**present, **self.touched}

    def is_new_to(self, present: Texts) -> bool:
        """Whether there is something to save: saying once more what is there is nothing."""
        return self.over(present) != dict(present)

    def is_stale(self, version: int, present: Texts) -> bool:
        """Whether somebody else changed the row since it was shown, and this person something else in it."""
        return version != self.version and bool(self.touched) and self.is_new_to(present)


def seen(version: int, texts: Texts) -> str:
    """What the page remembers of a row, for `read_seen`. No text may hold a bar."""
    return "|".join([str(version), *texts.values()])


def read_seen(text: str, names: Sequence[str]) -> tuple[int, Texts]:
    """The version and the texts of `seen`. ValueError for anything else."""
    version, *texts = text.split("|")
    return int(version), dict(zip(names, texts, strict=True))
