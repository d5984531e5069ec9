"""Sentences above the list of My work, each with a place to act. Apps further right add theirs when they are loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """What is so, and where the reader does something about it, if they may."""

    words: str
    url: str = ""
    act: str = ""


_SOURCES: list[Callable[..., Notice | None]] = []


def tell_in_my_work(source: Callable[..., Notice | None]) -> None:
    """Add a source: `source(user)` gives a notice or None, in a fixed number of queries."""
    _SOURCES.append(source)


def notices_for(user) -> Sequence[Notice]:
    return [notice for source in _SOURCES if (notice := source(user))]
