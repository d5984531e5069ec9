"""The columns of a bulk table, and the table as it was read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_ROWS = 5_000


class SheetError(Exception):
    """The table as a whole cannot be read; the message says where and what to do."""


class Column(StrEnum):
    TRIAL = "Trial"
    SITE = "Site number"
    FACILITY = "Facility"
    TOWN = "Town"
    COUNTRY = "Country"
    STATUS_NOW = "Status now"
    SINCE = "Since"
    FIRST = "First in between"
    FIRST_SINCE = "Since (first)"
    THEN = "Then"
    THEN_SINCE = "Since (then)"
    NEW_STATUS = "New status"
    NEW_SINCE = "New since"
    REASON = "Reason"
    CONFIRM = "Confirm"
    TARGET = "Enrollment target"
    NOTE = "Internal note"
    VERSION = "Version"


#: Those that only their trial's coordinator may know and set.
PLANNED = (Column.TARGET, Column.NOTE)
#: What was never entered between the present status and the new one, each status with its date, in their order.
IN_BETWEEN = ((Column.FIRST, Column.FIRST_SINCE), (Column.THEN, Column.THEN_SINCE))
_BY_NAME = {column.casefold(): column for column in Column} | {"city": Column.TOWN, "site": Column.SITE}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the headings: its number as the spreadsheet counts, and its cells that are not blank."""

    number: int
    cells: dict[Column, str]


def rows_of(lines: Iterable[Sequence[str]]) -> list[SheetRow]:
    """The rows of a table whose first line names the columns. SheetError, also for a column that nobody knows."""
    numbered = enumerate(lines, start=1)
    headings = next(([cell.strip() for cell in line] for _, line in numbered if any(map(str.strip, line))), None)
    if headings is None:
        raise SheetError("The table is empty.")
    columns, rows = _columns(headings), []
    for number, line in numbered:
        cells = _cells(columns, line, number)
        if cells:
            rows.append(SheetRow(number, cells))
        if len(rows) > MAX_ROWS:
            raise SheetError(f"The table has more than {MAX_ROWS:,} rows. Bring it in parts.")
    if not rows:
        raise SheetError("Below its headings the table is empty.")
    return rows


def _columns(headings: Sequence[str]) -> list[Column | None]:
    """The column of each place; None where the heading is blank."""
    columns = [_BY_NAME.get(" ".join(name.replace("_", " ").casefold().split())) for name in headings]
    unknown = [name for name, column in zip(headings, columns, strict=True) if name and column is None]
    if unknown:
        names = ", ".join(f"“{name[:60]}”" for name in unknown[:10])
        raise SheetError(f"Unknown column: {names}. The columns are: {', '.join(Column)}.")
    twice = [column for column in Column if columns.count(column) > 1]
    if twice:
        raise SheetError(f"The column “{twice[0]}” is there twice.")
    if not {Column.SITE, Column.FACILITY} & {*columns}:
        raise SheetError("Name the sites: give a column “Site number”, or “Trial” and “Facility”.")
    return columns


def _cells(columns: Sequence[Column | None], line: Sequence[str], number: int) -> dict[Column, str]:
    cells = {}
    for place, text in enumerate(line):
        column = columns[place] if place < len(columns) else None
        if not text.strip():
            continue
        if column is None:
            raise SheetError(f"Row {number}, column {place + 1}: “{text.strip()[:40]}” stands below no heading.")
        cells[column] = text.strip()
    return cells
