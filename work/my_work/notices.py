"""Notices above the task list of My work. Apps that import `work` register their own sources when they are loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and the URL and label of its action; both blank if the reader has none."""

    text: str
    url: str = ""
    action_label: str = ""


_SOURCES: list[Callable[..., Notice | None]] = []


def register_notice_source(source: Callable[..., Notice | None]) -> None:
    """Add a source: `source(user)` returns a notice or None in a fixed number of queries."""
    _SOURCES.append(source)


def notices_for(user) -> Sequence[Notice]:
    return [notice for source in _SOURCES if (notice := source(user))]
