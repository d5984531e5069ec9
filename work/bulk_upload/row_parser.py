"""What a row asks for, read from its cells. Pure: no site is looked at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.date_parsing import parse_date
from common.dates import day_first
from common.partial_dates import PartialDate
from sites.rules.inputs import Interim
from sites.spreadsheets.status_values import read_status
from work.bulk_upload.columns import IN_BETWEEN, Column, SheetRow

#: Empties a target or a note; a blank cell leaves what is there.
NOTHING = "none"
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
MAX_TARGET = 1_000_000
PLAN_OF = {Column.TARGET: "enrollment_target", Column.NOTE: "internal_note"}
_PAIRS = (*IN_BETWEEN, (Column.NEW_STATUS, Column.NEW_SINCE))
_BETWEEN = frozenset(column for pair in IN_BETWEEN for column in pair)
_LEADS_ON = f"What lay in between leads to a new status: give “{Column.NEW_STATUS}” and “{Column.NEW_SINCE}” too."


@dataclass(slots=True)
class Wish:
    """`plans` are columns of a site with their new values; `errors` is what could not be read.

    `interim` is None where what lay in between could not be read, so that nobody judges the rest as if it were all.
    """

    status: str = ""
    since: PartialDate | None = None
    interim: Interim | None = ()
    reason: str = ""
    confirm: bool = False
    plans: dict[str, int | str | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def wish_of(row: SheetRow) -> Wish:
    """Everything in the row, with every error at once."""
    read, errors = _read(row)
    return Wish(
        status=read.get(Column.NEW_STATUS, ""),
        since=read.get(Column.NEW_SINCE),
        interim=_interim(row, read),
        reason=row.cells.get(Column.REASON, ""),
        confirm=read.get(Column.CONFIRM, False),
        plans={name: read[column] for column, name in PLAN_OF.items() if column in read},
        errors=errors or [*_halves(read)],
    )


def version_of(row: SheetRow) -> int | None:
    """The version that the sheet was made at. ValueError in words."""
    text = row.cells.get(Column.VERSION)
    return None if text is None else number_of(text, "It is the number that the sheet came with.")


def number_of(text: str, advice: str, limit: int = 2**31 - 1) -> int:
    """A number of digits. ValueError for anything else, with the advice."""
    if not text.isascii() or not text.isdigit() or int(text[:12]) > limit:
        raise ValueError(f"“{text[:40]}” is no number. {advice}")
    return int(text)


def _read(row: SheetRow) -> tuple[dict[Column, Any], list[str]]:
    """The values of the cells that can be read, and what is wrong with the others."""
    values, errors = {}, []
    for column, read in _READERS.items():
        if column in row.cells:
            try:
                values[column] = read(row.cells[column])
            except ValueError as error:
                errors.append(f"{column}: {error}")
    return values, errors


def _interim(row: SheetRow, read: Mapping[Column, Any]) -> Interim | None:
    pairs = [(read.get(status), read.get(since)) for status, since in IN_BETWEEN]
    is_told = _BETWEEN & row.cells.keys() <= read.keys() and all((not status) == (not since) for status, since in pairs)
    return [(status, since) for status, since in pairs if status] if is_told else None


def _halves(read: Mapping[Column, Any]) -> Iterator[str]:
    """What was said without what belongs to it."""
    for status, since in _PAIRS:
        if (status in read) != (since in read):
            yield f"Give “{status}” together with “{since}”."
    if _BETWEEN & read.keys() and not {Column.NEW_STATUS, Column.NEW_SINCE} & read.keys():
        yield _LEADS_ON


def _date(text: str) -> PartialDate:
    """As far as the text tells it. ValueError, with both readings, where day and month could change places."""
    return PartialDate(parse_date(text, day_first=day_first()))


def _confirm(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise ValueError(f"“{text[:40]}” is neither yes nor blank.")
    return text.casefold() in YES


def _target(text: str) -> int | None:
    is_emptied = text.casefold() == NOTHING
    return (
        None
        if is_emptied
        else number_of(text, f"Write a whole number up to {MAX_TARGET:,}, or “{NOTHING}”.", MAX_TARGET)
    )


def _note(text: str) -> str:
    return "" if text.casefold() == NOTHING else "\n".join(text.splitlines())


_READERS: dict[Column, Callable[[str], Any]] = {
    **{column: reader for pair in _PAIRS for column, reader in zip(pair, (read_status, _date), strict=True)},
    Column.CONFIRM: _confirm,
    Column.TARGET: _target,
    Column.NOTE: _note,
}
