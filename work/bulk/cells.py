"""What a row asks for, read from its cells. Pure: no site is looked at."""

from dataclasses import dataclass, field

from sites.codes import SiteStatus
from trials.partial_dates import PartialDate
from work.bulk.columns import Column, SheetRow

#: Empties a target or a note; a blank cell leaves what is there.
NOTHING = "none"
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
MAX_TARGET = 1_000_000
_STATUSES = {word.casefold(): code for code, label in SiteStatus.choices for word in (code, label)}
_WORDS = ", ".join(SiteStatus.labels)


@dataclass(slots=True)
class Wish:
    """`plans` are columns of a site with their new values; `errors` is what could not be read."""

    status: str = ""
    since: PartialDate | None = None
    reason: str = ""
    confirm: bool = False
    plans: dict[str, int | str | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def wish_of(row: SheetRow) -> Wish:
    """Everything in the row, with every error at once."""
    wish = Wish(reason=row.cells.get(Column.REASON, ""))
    for column, read in _READERS.items():
        if column in row.cells:
            try:
                read(wish, row.cells[column])
            except ValueError as error:
                wish.errors.append(f"{column}: {error}")
    if not wish.errors and bool(wish.status) != bool(wish.since):
        wish.errors.append(f"Give “{Column.NEW_STATUS}” together with “{Column.NEW_SINCE}”.")
    return wish


def version_of(row: SheetRow) -> int | None:
    """The version that the sheet was made at. ValueError in words."""
    text = row.cells.get(Column.VERSION)
    return None if text is None else number_of(text, "It is the number that the sheet came with.")


def number_of(text: str, advice: str, limit: int = 2**31 - 1) -> int:
    """A number of digits. ValueError for anything else, with the advice."""
    if not text.isascii() or not text.isdigit() or int(text[:12]) > limit:
        raise ValueError(f"“{text[:40]}” is no number. {advice}")
    return int(text)


def _status(wish: Wish, text: str) -> None:
    code = _STATUSES.get(" ".join(text.casefold().split()))
    if code is None:
        raise ValueError(f"“{text[:40]}” is no status. Write one of: {_WORDS}.")
    wish.status = code


def _since(wish: Wish, text: str) -> None:
    wish.since = PartialDate(text)


def _confirm(wish: Wish, text: str) -> None:
    if text.casefold() not in YES | NO:
        raise ValueError(f"“{text[:40]}” is neither yes nor blank.")
    wish.confirm = text.casefold() in YES


def _target(wish: Wish, text: str) -> None:
    is_emptied = text.casefold() == NOTHING
    advice = f"Write a whole number up to {MAX_TARGET:,}, or “{NOTHING}”."
    wish.plans["enrollment_target"] = None if is_emptied else number_of(text, advice, MAX_TARGET)


def _note(wish: Wish, text: str) -> None:
    wish.plans["internal_note"] = "" if text.casefold() == NOTHING else "\n".join(text.splitlines())


_READERS = {
    Column.NEW_STATUS: _status,
    Column.NEW_SINCE: _since,
    Column.CONFIRM: _confirm,
    Column.TARGET: _target,
    Column.NOTE: _note,
}
