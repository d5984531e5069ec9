"""A bulk change's rows, each with the site it is about at the version that was seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from work.bulk.columns import Column, SheetRow


@dataclass(frozen=True, slots=True)
class Entry:
    """`site_id` is None, and `problem` says why, where no site or more than one could be meant."""

    row: SheetRow
    site_id: int | None = None
    version: int | None = None
    problem: str = ""


def kept(entries: Iterable[Entry]) -> list[list]:
    """As the bulk change keeps them."""
    return [[entry.row.number, entry.row.cells, entry.site_id, entry.version, entry.problem] for entry in entries]


def entries_of(kept_entries: Iterable[list]) -> list[Entry]:
    return [Entry(_row(number, cells), *rest) for number, cells, *rest in kept_entries]


def _row(number: int, cells: Mapping[str, Any]) -> SheetRow:
    return SheetRow(number, {Column(name): text for name, text in cells.items()})
