"""A submitted row of a form with many rows, beside the values that the page had shown.

The page carries the version and the texts of each row. A row that another user saved in the meantime is merged field by
field: fields without an edit take the saved value, edited fields keep the edit, and both are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowEdit:
    """The edits of one row; `version` is that of the row shown, 0 for a new one, `initial` the texts shown."""

    version: int
    initial: Texts
    edits: Texts
    reason: str = ""

    @property
    def changed(self) -> dict[str, str]:
        return {name: text for name, text in self.edits.items() if text != self.initial.get(name, "")}

    def merged_into(self, current: Texts) -> dict[str, str]:
        """The current texts with this user's edits over them."""
        return {**current, **self.changed}

    def differs_from(self, current: Texts) -> bool:
        """Whether the edits differ from the current texts."""
        return self.merged_into(current) != dict(current)

    def is_stale(self, version: int, current: Texts) -> bool:
        """Whether another user changed the row since it was shown, and this user's edits still differ from it."""
        return version != self.version and bool(self.changed) and self.differs_from(current)


def dump_seen_values(version: int, texts: Texts) -> str:
    """The version and texts of a row in one string, for `load_seen_values`. No text may contain `|`."""
    return "|".join([str(version), *texts.values()])


def load_seen_values(text: str, names: Sequence[str]) -> tuple[int, Texts]:
    """The version and texts written by `dump_seen_values`. ValueError for any other string."""
    version, *texts = text.split("|")
    return int(version), dict(zip(names, texts, strict=True))
