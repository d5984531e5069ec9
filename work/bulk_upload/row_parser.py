"""Parses the cells of a row into the requested change. Pure: reads no site."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.date_parsing import parse_date
from common.dates import day_first
from common.form_fields import parse_whole_number
from common.partial_dates import PartialDate
from sites.rules import IntermediateStatuses
from sites.spreadsheets.status_values import read_status
from work.bulk_upload.columns import INTERMEDIATE_COLUMNS, Column, SheetRow

#: Clears a target or a note; a blank cell leaves the value unchanged.
CLEAR_VALUE = "none"
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
MAX_TARGET = 1_000_000
TARGET_FIELD_BY_COLUMN = {Column.TARGET: "enrollment_target", Column.NOTE: "internal_note"}
_STATUS_DATE_PAIRS = (*INTERMEDIATE_COLUMNS, (Column.NEW_STATUS, Column.NEW_SINCE))
_INTERMEDIATE_CELLS = frozenset(column for pair in INTERMEDIATE_COLUMNS for column in pair)
_NEW_STATUS_MISSING_TEXT = (
    f"Earlier statuses need a new status. Enter “{Column.NEW_STATUS}” and “{Column.NEW_SINCE}” too."
)


@dataclass(slots=True)
class RowChange:
    """`targets` are columns of a site with their new values; `errors` describe cells that could not be parsed.

    `interim` is None if the intermediate statuses could not be parsed, so that the rest is not checked without them.
    """

    status: str = ""
    since: PartialDate | None = None
    interim: IntermediateStatuses | None = ()
    reason: str = ""
    confirm: bool = False
    targets: dict[str, int | str | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def parse_row(row: SheetRow) -> RowChange:
    """The requested change of a row, with all parse errors."""
    values, errors = _read_cells(row)
    return RowChange(
        status=values.get(Column.NEW_STATUS, ""),
        since=values.get(Column.NEW_SINCE),
        interim=_parse_interim(row, values),
        reason=row.cells.get(Column.REASON, ""),
        confirm=values.get(Column.CONFIRM, False),
        targets={name: values[column] for column, name in TARGET_FIELD_BY_COLUMN.items() if column in values},
        errors=errors or [*_incomplete_pairs(values)],
    )


def parse_number(text: str, advice: str, limit: int = 2**31 - 1) -> int:
    """A number of digits. ValueError with the advice for anything else."""
    number = parse_whole_number(text)
    if number is None or number > limit:
        raise ValueError(f"“{text[:40]}” is not a number. {advice}")
    return number


def _read_cells(row: SheetRow) -> tuple[dict[Column, Any], list[str]]:
    """The parsed values of the cells, and the errors of those that cannot be parsed."""
    values, errors = {}, []
    for column, parse in _PARSERS.items():
        if column in row.cells:
            try:
                values[column] = parse(row.cells[column])
            except ValueError as error:
                errors.append(f"{column}: {error}")
    return values, errors


def _parse_interim(row: SheetRow, values: Mapping[Column, Any]) -> IntermediateStatuses | None:
    pairs = [(values.get(status), values.get(since)) for status, since in INTERMEDIATE_COLUMNS]
    is_complete = _INTERMEDIATE_CELLS & row.cells.keys() <= values.keys() and all(
        (not status) == (not since) for status, since in pairs
    )
    return [(status, since) for status, since in pairs if status] if is_complete else None


def _incomplete_pairs(values: Mapping[Column, Any]) -> Iterator[str]:
    """Errors for statuses without a date, dates without a status, and intermediate statuses without a new one."""
    for status, since in _STATUS_DATE_PAIRS:
        if (status in values) != (since in values):
            yield f"Enter both “{status}” and “{since}”."
    if _INTERMEDIATE_CELLS & values.keys() and not {Column.NEW_STATUS, Column.NEW_SINCE} & values.keys():
        yield _NEW_STATUS_MISSING_TEXT


def _parse_partial_date(text: str) -> PartialDate:
    """A date as precise as the text. ValueError with both readings if day and month are ambiguous."""
    return PartialDate(parse_date(text, day_first=day_first()))


def _parse_confirm(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise ValueError(f"“{text[:40]}” is not valid. Enter yes or leave blank.")
    return text.casefold() in YES


def _parse_target(text: str) -> int | None:
    is_cleared = text.casefold() == CLEAR_VALUE
    return (
        None
        if is_cleared
        else parse_number(
            text, f"Enter a whole number up to {MAX_TARGET:,}, or “{CLEAR_VALUE}” to clear it.", MAX_TARGET
        )
    )


def _parse_note(text: str) -> str:
    return "" if text.casefold() == CLEAR_VALUE else "\n".join(text.splitlines())


_PARSERS: dict[Column, Callable[[str], Any]] = {
    **{
        column: reader
        for pair in _STATUS_DATE_PAIRS
        for column, reader in zip(pair, (read_status, _parse_partial_date), strict=True)
    },
    Column.CONFIRM: _parse_confirm,
    Column.TARGET: _parse_target,
    Column.NOTE: _parse_note,
}
