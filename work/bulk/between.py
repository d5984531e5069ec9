"""What the rules say of a row, by the columns of what lay in between: which to fill in, and which is wrong. Pure."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from sites.codes import SiteStatus
from sites.rules import ends_too_early
from sites.subjects import StatusChange
from sites.transitions import with_missing
from trials.partial_dates import compare_at_coarser
from trials.rule import Rule
from work.bulk.columns import IN_BETWEEN, Column, SheetRow

MISSING = "no-status-in-between-is-missing"
FILL_IN = "Something lies between the present status and the new one: write {}."
TOO_MUCH = "More lies between the present status and the new one than one row can say. Change the site in two steps."


def text_for_row(rule: Rule, change: StatusChange, row: SheetRow) -> str:
    """A broken rule's text for a row that asks for this change."""
    if rule.id == MISSING:
        return _what_is_missing(change)
    columns = [since for _, since in IN_BETWEEN if since in row.cells]
    wrong = _WRONG[rule.id]([*columns, Column.NEW_SINCE], change) if columns and rule.id in _WRONG else ""
    return f"{wrong}: {rule.message(change)}" if wrong else rule.message(change)


def _what_is_missing(change: StatusChange) -> str:
    """All that lies between, in its order, since what is there already may stand in another's place."""
    *between, _ = with_missing(change.start, change.steps)
    if len(between) > len(IN_BETWEEN):
        return TOO_MUCH
    places = zip(between, IN_BETWEEN, strict=False)
    return FILL_IN.format(
        ", and ".join(
            f"“{SiteStatus(missing).label}” under “{status}” with its date under “{since}”"
            for missing, (status, since) in places
        )
    )


def _out_of_order(columns: Sequence[Column], change: StatusChange) -> Column:
    wrong = (compare_at_coarser(first, second) > 0 for first, second in pairwise(change.days))
    return columns[list(wrong).index(True)]


#: By rule, the column that it is about: one of the columns of `change.days`.
_WRONG: dict[str, Callable[[Sequence[Column], StatusChange], Column]] = {
    "days-are-in-order": _out_of_order,
    "change-is-not-before-the-present-status": lambda columns, change: columns[0],
    "leaving-open-has-a-later-date": lambda columns, change: columns[ends_too_early(change)[0]],
}
