"""What a row asks for, read from its cells. Pure: no site is looked at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.date_parsing import parse_date
from common.dates import day_first
from common.partial_dates import PartialDate
from sites.rules.inputs import IntermediateStatuses
from sites.spreadsheets.status_values import read_status
from work.bulk_upload.columns import INTERMEDIATE_COLUMNS, Column, SheetRow

#: Empties a target or a note; a blank cell leaves what is there.
CLEAR_VALUE = "none"
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
MAX_TARGET = 1_000_000
TARGET_FIELD_BY_COLUMN = {Column.TARGET: "enrollment_target", Column.NOTE: "internal_note"}
_STATUS_DATE_PAIRS = (*INTERMEDIATE_COLUMNS, (Column.NEW_STATUS, Column.NEW_SINCE))
_INTERMEDIATE_CELLS = frozenset(column for pair in INTERMEDIATE_COLUMNS for column in pair)
_NEW_STATUS_MISSING_TEXT = (
    f"What lay in between leads to a new status: give “{Column.NEW_STATUS}” and “{Column.NEW_SINCE}” too."
)


@dataclass(slots=True)
class RowChange:
    """`plans` are columns of a site with their new values; `errors` is what could not be read.

    `interim` is None where what lay in between could not be read, so that nobody judges the rest as if it were all.
    """

    status: str = ""
    since: PartialDate | None = None
    interim: IntermediateStatuses | None = ()
    reason: str = ""
    confirm: bool = False
    targets: dict[str, int | str | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def parse_row(row: SheetRow) -> RowChange:
    """Everything in the row, with every error at once."""
    read, errors = _read_cells(row)
    return RowChange(
        status=read.get(Column.NEW_STATUS, ""),
        since=read.get(Column.NEW_SINCE),
        interim=_parse_interim(row, read),
        reason=row.cells.get(Column.REASON, ""),
        confirm=read.get(Column.CONFIRM, False),
        targets={name: read[column] for column, name in TARGET_FIELD_BY_COLUMN.items() if column in read},
        errors=errors or [*_incomplete_pairs(read)],
    )


def parse_version(row: SheetRow) -> int | None:
    """The version that the sheet was made at. ValueError in words."""
    text = row.cells.get(Column.VERSION)
    return None if text is None else parse_number(text, "It is the number that the sheet came with.")


def parse_number(text: str, advice: str, limit: int = 2**31 - 1) -> int:
    """A number of digits. ValueError for anything else, with the advice."""
    if not text.isascii() or not text.isdigit() or int(text[:12]) > limit:
        raise ValueError(f"“{text[:40]}” is no number. {advice}")
    return int(text)


def _read_cells(row: SheetRow) -> tuple[dict[Column, Any], list[str]]:
    """The values of the cells that can be read, and what is wrong with the others."""
    values, errors = {}, []
    for column, read in _READERS.items():
        if column in row.cells:
            try:
                values[column] = read(row.cells[column])
            except ValueError as error:
                errors.append(f"{column}: {error}")
    return values, errors


def _parse_interim(row: SheetRow, read: Mapping[Column, Any]) -> IntermediateStatuses | None:
    pairs = [(read.get(status), read.get(since)) for status, since in INTERMEDIATE_COLUMNS]
    is_told = _INTERMEDIATE_CELLS & row.cells.keys() <= read.keys() and all(
        (not status) == (not since) for status, since in pairs
    )
    return [(status, since) for status, since in pairs if status] if is_told else None


def _incomplete_pairs(read: Mapping[Column, Any]) -> Iterator[str]:
    """What was said without what belongs to it."""
    for status, since in _STATUS_DATE_PAIRS:
        if (status in read) != (since in read):
            yield f"Give “{status}” together with “{since}”."
    if _INTERMEDIATE_CELLS & read.keys() and not {Column.NEW_STATUS, Column.NEW_SINCE} & read.keys():
        yield _NEW_STATUS_MISSING_TEXT


def _parse_partial_date(text: str) -> PartialDate:
    """As far as the text tells it. ValueError, with both readings, where day and month could change places."""
    return PartialDate(parse_date(text, day_first=day_first()))


def _parse_confirm(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise ValueError(f"“{text[:40]}” is neither yes nor blank.")
    return text.casefold() in YES


def _parse_target(text: str) -> int | None:
    is_emptied = text.casefold() == CLEAR_VALUE
    return (
        None
        if is_emptied
        else parse_number(text, f"Write a whole number up to {MAX_TARGET:,}, or “{CLEAR_VALUE}”.", MAX_TARGET)
    )


def _parse_note(text: str) -> str:
    return "" if text.casefold() == CLEAR_VALUE else "\n".join(text.splitlines())


_READERS: dict[Column, Callable[[str], Any]] = {
    **{
        column: reader
        for pair in _STATUS_DATE_PAIRS
        for column, reader in zip(pair, (read_status, _parse_partial_date), strict=True)
    },
    Column.CONFIRM: _parse_confirm,
    Column.TARGET: _parse_target,
    Column.NOTE: _parse_note,
}
