"""The table read from a file or from pasted text, and the limits of its size. Pure.

The values of the limits are settings (SPREADSHEET_…).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from common.text import is_blank

MEBIBYTE = 2**20
#: Rows below the headings, and columns.
MAX_ROWS = 5_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """`megabytes` as uploaded, `unpacked_megabytes` as XML; `seconds` of processor time and `memory_megabytes` of the
    process that reads it.
    """

    megabytes: int = 5
    unpacked_megabytes: int = 30
    cells: int = 250_000
    styles: int = 20_000
    strings: int = 250_000
    seconds: int = 10
    memory_megabytes: int = 512

    @property
    def bytes(self) -> int:
        return self.megabytes * MEBIBYTE

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_megabytes * MEBIBYTE


#: What spreadsheets show in a cell that has no value, and in a column that is too narrow for one.
ERROR_VALUE = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|#{3,}", re.IGNORECASE
)


TOO_MANY_ROWS = f"The table has more than {MAX_ROWS:,} rows. Split it into several."


class TableError(Exception):
    """The table as a whole cannot be read; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number as the spreadsheet counts, its texts, and by column (from 0) the cells without a value."""

    number: int
    cells: Sequence[str]
    problems: dict[int, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not self.problems and all(map(is_blank, self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """The lines that are not blank. `notices` tell which sheet was read and what was left out."""

    rows: Sequence[Row]
    notices: Sequence[str] = ()


def make_row(number: int, cells: Sequence[str], problems: dict[int, str] | None = None) -> Row:
    """A row without blank cells at its end, with error values as problems. TableError when it is too wide."""
    length = next((place for place in range(len(cells), 0, -1) if not is_blank(cells[place - 1])), 0)
    if length > MAX_COLUMNS:
        raise TableError(
            f"Row {number} has a cell in column {length:,}; at most {MAX_COLUMNS} columns can be read. "
            "Delete the cells to the right of the table."
        )
    cells = list(cells[:length])
    error_values = {
        at: f"The cell shows the error {cell.strip()}." for at, cell in enumerate(cells) if is_error_value(cell)
    }
    return Row(number, cells, error_values | (problems or {}))


def limit_rows(rows: Iterable[Row]) -> list[Row]:
    """The rows that are not blank. TableError as soon as there are more than a table may have below its headings."""
    read: list[Row] = []
    for row in rows:
        if not row.is_blank:
            read.append(row)
        if len(read) > MAX_ROWS + 1:
            raise TableError(TOO_MANY_ROWS)
    return read


def is_error_value(text: str) -> bool:
    return text.lstrip().startswith("#") and ERROR_VALUE.fullmatch(text.strip()) is not None
