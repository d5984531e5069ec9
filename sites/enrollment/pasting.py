"""Reading a table that somebody copied out of a spreadsheet. Pure; what cannot be read is told, never dropped.

Columns are known by their headings (a site, its number, its town, a month, a count), or stand in the order: site or
month, then the five counts. A column headed by a month holds the enrolled of that month.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from common.text import fold
from sites.enrollment.months import read_month
from sites.rules.enrollment import CUMULATIVE
from trials.partial_dates import PartialDate

HEADINGS = {
    "site": ("site", "site name", "facility", "hospital", "name", "centre", "center"),
    "number": ("site number", "number", "no", "no.", "site id", "id", "#"),
    "place": ("city", "town", "place"),
    "month": ("month",),
    "ignored": ("country", "state", "state or region", "target", ""),
    **{name: (name,) for name in CUMULATIVE},
}
_KNOWN = {word: kind for kind, words in HEADINGS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a kind of `HEADINGS`, or a count of a month; blank when nobody knows."""

    kind: str
    month: PartialDate | None = None


@dataclass(slots=True)
class Pasted:
    """One line of the table: which site and month it says it is about, and texts by (month or None, count)."""

    number: int
    text: str
    site: str = ""
    site_number: str = ""
    place: str = ""
    month: PartialDate | None = None
    counts: dict[tuple[PartialDate | None, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leftover:
    """What did not fit: the line's number from 1 (0: the whole table), its text, and why."""

    number: int
    text: str
    why: str


def read_table(text: str) -> tuple[list[Pasted], list[Leftover]]:
    """The lines of a table that has tabs, or semicolons, or commas below headings that are known."""
    rows = [(number, cells) for number, cells in enumerate(_split(text), 1) if any(cell.strip() for cell in cells)]
    if not rows:
        return [], [Leftover(0, "", "The table is empty.")]
    columns = _headings(rows[0][1])
    leftovers = [
        Leftover(*_told(rows[0]), f"Nobody knows the column “{word}”.") for word in _unknown(rows[0][1], columns)
    ]
    body = rows[1:] if columns else rows
    read = [_read(number, cells, columns or _usual(cells)) for number, cells in body]
    too_long = [
        Leftover(*_told(row), "There are more cells than columns.") for row in body if _is_too_long(row[1], columns)
    ]
    return read, leftovers + too_long


def _split(text: str) -> Iterator[list[str]]:
    lines = text.removeprefix("\ufeff").splitlines()
    separator = next((mark for mark in "\t;" if mark in text), "")
    if not separator and lines and len([word for word in lines[0].split(",") if _column(word).kind]) > 1:
        separator = ","
    return csv.reader(lines, delimiter=separator) if separator else ([line] for line in lines)


def _headings(cells: Sequence[str]) -> list[Column]:
    """The columns, when the first line names at least one and holds no count."""
    columns = [_column(cell) for cell in cells]
    named = [column for column in columns if column.kind not in ("", "ignored")]
    is_body = any(cell.strip().isdigit() for cell in cells) or (len(named) == 1 and named[0].month and cells[0].strip())
    return [] if is_body or not named else columns


def _column(cell: str) -> Column:
    word = fold(cell).casefold().strip()
    month = read_month(cell)
    return Column("enrolled", month) if month else Column(_KNOWN.get(word, ""))


def _unknown(cells: Sequence[str], columns: Sequence[Column]) -> list[str]:
    return [cell.strip() for cell, column in zip(cells, columns, strict=False) if not column.kind]


def _usual(cells: Sequence[str]) -> list[Column]:
    first = Column("month") if read_month(cells[0]) else Column("site")
    return [first, *(Column(name) for name in CUMULATIVE)]


def _is_too_long(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    room = len(columns) or len(CUMULATIVE) + 1
    return any(cell.strip() for cell in cells[room:])


def _read(number: int, cells: Sequence[str], columns: Sequence[Column]) -> Pasted:
    pasted = Pasted(number, _told((number, cells))[1])
    for cell, column in zip(cells, columns, strict=False):
        text = cell.strip()
        if column.kind == "month":
            pasted.month = read_month(text)
        elif column.kind in CUMULATIVE:
            if text:
                pasted.counts[column.month, column.kind] = text
        elif column.kind in ("site", "number", "place"):
            setattr(pasted, "site_number" if column.kind == "number" else column.kind, text)
    return pasted


def _told(row: tuple[int, Sequence[str]]) -> tuple[int, str]:
    return row[0], " · ".join(cell.strip() for cell in row[1] if cell.strip())[:120]
