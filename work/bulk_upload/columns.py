"""The columns of a bulk table, and its parsed rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from common.spreadsheets.escaping import unescape_formula
from common.spreadsheets.table import MAX_ROWS, TOO_MANY_ROWS, Row, Table, TableError
from common.text import is_blank
from sites.spreadsheets.columns import SiteColumn, heading_key, site_columns
from sites.spreadsheets.site_matching import parse_site_number


class Column(StrEnum):
    TRIAL = "Trial"
    SITE = "Site number"
    FACILITY = "Facility"
    CITY = "City"
    STATE = "State or region"
    COUNTRY = "Country"
    LISTING = "Listing"
    STATUS_NOW = "Current status"
    SINCE = "Since"
    EARLIER_1 = "Earlier status 1"
    EARLIER_1_DATE = "Earlier status 1, effective date"
    EARLIER_2 = "Earlier status 2"
    EARLIER_2_DATE = "Earlier status 2, effective date"
    NEW_STATUS = "New status"
    NEW_SINCE = "Effective date"
    REASON = "Reason for change"
    CONFIRM = "Confirm"
    TARGET = "Enrollment target"
    NOTE = "Internal note"
    VERSION = "Version"


#: Columns that only the trial's coordinators can read and set.
TARGET_COLUMNS = (Column.TARGET, Column.NOTE)
#: Intermediate statuses between the current and the new one with their dates, in order.
INTERMEDIATE_COLUMNS = (
    (Column.EARLIER_1, Column.EARLIER_1_DATE),
    (Column.EARLIER_2, Column.EARLIER_2_DATE),
)

_SITE_COLUMNS = {
    SiteColumn.TRIAL: Column.TRIAL,
    SiteColumn.NUMBER: Column.SITE,
    SiteColumn.NAME: Column.FACILITY,
    SiteColumn.CITY: Column.CITY,
    SiteColumn.STATE: Column.STATE,
    SiteColumn.COUNTRY: Column.COUNTRY,
    SiteColumn.LISTING: Column.LISTING,
}
_SYNONYMS = {
    Column.STATUS_NOW: ("status now", "present status", "status today"),
    Column.SINCE: ("status since", "in status since"),
    Column.EARLIER_1: ("first in between",),
    Column.EARLIER_1_DATE: ("since (first)",),
    Column.EARLIER_2: ("then",),
    Column.EARLIER_2_DATE: ("since (then)",),
    Column.NEW_STATUS: ("new site status", "new recruitment status", "change status to", "status (new)"),
    Column.NEW_SINCE: ("new since", "new status since", "new status date", "effective from", "effective on",
                       "date of change", "status change date", "date effective"),
    Column.REASON: ("reason", "why", "comment", "comments", "justification"),
    Column.CONFIRM: ("confirmed", "still true", "verified"),
    Column.TARGET: ("target", "enrolment target", "recruitment target", "planned enrollment", "planned enrolment",
                    "target enrollment", "target enrolment", "recruitment goal"),
    Column.NOTE: ("note", "notes", "internal notes"),
}  # fmt: skip
_BY_NAME = (
    {heading_key(column): column for column in Column}
    | {word: _SITE_COLUMNS[column] for word, column in site_columns() if column in _SITE_COLUMNS}
    | {word: column for column, words in _SYNONYMS.items() for word in words}
)
#: Headings of other systems that could mean either of two columns.
_AMBIGUOUS = dict.fromkeys(
    ("status", "site status", "recruitment status", "study status", "trial status", "recruiting status"),
    (Column.STATUS_NOW, Column.NEW_STATUS),
) | dict.fromkeys(("status date", "date", "date of status", "from", "start date"), (Column.SINCE, Column.NEW_SINCE))
#: A column that holds numbers or names.
_SITE = SiteColumn.SITE.casefold()
_SIMILARITY_CUTOFF = 0.75


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the headings: its number in the spreadsheet, and its cells that are not blank.

    `problem` describes cells without a value, such as #N/A.
    """

    number: int
    cells: dict[Column, str]
    problem: str = ""


def parse_rows(table: Table) -> list[SheetRow]:
    """The rows of a table with headings in its first line; unknown columns are ignored. TableError if it is invalid."""
    if not table.rows:
        raise TableError("The table is empty.")
    headings, *body = table.rows
    if headings.problems:
        raise TableError(f"Row {headings.number}, the headings: {' '.join(headings.problems.values())}")
    names = _names(headings)
    columns = _map_columns(names)
    if not body:
        raise TableError("The table has headings but no rows.")
    if len(body) > MAX_ROWS:
        raise TableError(TOO_MANY_ROWS)
    return [_sheet_row(row, columns, names) for row in body]


def unread_columns(table: Table) -> list[str]:
    """A notice for each unknown column of a readable table, with the known one whose name is closest."""
    return [_not_read(name) for name in _names(table.rows[0]) if name and _column_called(heading_key(name)) is None]


def _names(headings: Row) -> list[str]:
    return [unescape_formula(cell).strip() for cell in headings.cells]


def _column_called(key: str) -> Column | None:
    return Column.SITE if key == _SITE else _BY_NAME.get(key)


def _not_read(name: str) -> str:
    nearest = get_close_matches(heading_key(name), _BY_NAME, n=1, cutoff=_SIMILARITY_CUTOFF)
    hint = f" If you mean “{_BY_NAME[nearest[0]]}”, rename it and upload the table again." if nearest else ""
    return f"The column “{name[:60]}” is not recognized and was ignored.{hint}"


def _map_columns(headings: Sequence[str]) -> list[Column | None]:
    """The column at each position; None if the heading is blank or unknown, SITE for numbers and names alike."""
    keys = [heading_key(name) for name in headings]
    _reject_ambiguous(headings, keys)
    site = Column.FACILITY if Column.SITE in map(_BY_NAME.get, keys) else Column.SITE
    columns = [site if key == _SITE else _column_called(key) for key in keys]
    for column in Column:
        named = [name for name, other in zip(headings, columns, strict=True) if other is column]
        if len(named) > 1:
            raise TableError(_duplicate_column_text(column, named))
    if not {Column.SITE, Column.FACILITY} & {*columns}:
        raise TableError("No column identifies the sites. Add a column “Site number”, or “Trial” and “Facility”.")
    return columns


def _duplicate_column_text(column: Column, named: Sequence[str]) -> str:
    if len({heading_key(name) for name in named}) == 1:
        return f"The column “{column}” appears twice. Delete one of them."
    listed = " and ".join(f"“{name[:60]}”" for name in named)
    return f"The columns {listed} mean the same: “{column}”. Delete all but one."


def _reject_ambiguous(headings: Sequence[str], keys: Sequence[str]) -> None:
    for name, key in zip(headings, keys, strict=True):
        if key in _AMBIGUOUS:
            choices = " or ".join(f"“{choice}”" for choice in _AMBIGUOUS[key])
            raise TableError(f"The column “{name[:60]}” can mean {choices}. Rename it to one of these.")


def _sheet_row(row: Row, columns: Sequence[Column | None], headings: Sequence[str]) -> SheetRow:
    cells = {}
    for place, escaped_text in enumerate(row.cells):
        text = unescape_formula(escaped_text).strip()
        column = columns[place] if place < len(columns) else None
        if is_blank(text):
            continue
        if column is None and place < len(headings) and headings[place]:
            continue
        if column is None:
            raise TableError(f"Row {row.number}, column {place + 1}: “{text[:40]}” has no column heading.")
        is_name = column is Column.SITE and heading_key(headings[place]) == _SITE and parse_site_number(text) is None
        cells[Column.FACILITY if is_name else column] = text
    return SheetRow(row.number, cells, _problem_text(row, headings))


def _problem_text(row: Row, headings: Sequence[str]) -> str:
    return " ".join(
        f"{headings[place] if place < len(headings) and headings[place] else f'Column {place + 1}'}: {problem}"
        for place, problem in sorted(row.problems.items())
    )
