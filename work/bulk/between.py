"""What the rules say of a row, by the columns of what lay in between: which to fill in, and which is wrong. Pure."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from sites.codes import SiteStatus
from sites.transitions import with_missing
from trials.partial_dates import PartialDate, compare_at_coarser
from trials.rule import Rule
from work.bulk.cells import Wish
from work.bulk.columns import IN_BETWEEN, Column, SheetRow

MISSING = "no-status-in-between-is-missing"
FILL_IN = "Something lies between the present status and the new one: write {}."
TOO_MUCH = "More lies between the present status and the new one than one row can say. Change the site in two steps."


def text_for_row(rule: Rule, start: str, wish: Wish, row: SheetRow) -> str:
    """A broken rule's text for a row about a site in status `start`."""
    if rule.id == MISSING:
        return _what_is_missing(start, wish)
    columns = [since for _, since in IN_BETWEEN if since in row.cells]
    wrong = _WRONG[rule.id](columns, wish) if columns and rule.id in _WRONG else ""
    return f"{wrong}: {rule.text}" if wrong else rule.text


def _what_is_missing(start: str, wish: Wish) -> str:
    """All that lies between, in its order, since what is there already may stand in another's place."""
    *between, _ = with_missing(start, [*(status for status, _ in wish.interim or ()), wish.status])
    if len(between) > len(IN_BETWEEN):
        return TOO_MUCH
    places = zip(between, IN_BETWEEN, strict=False)
    return FILL_IN.format(
        ", and ".join(
            f"“{SiteStatus(missing).label}” under “{status}” with its date under “{since}”"
            for missing, (status, since) in places
        )
    )


def _out_of_order(columns: Sequence[Column], wish: Wish) -> str:
    days: list[PartialDate] = [*(day for _, day in wish.interim), wish.since]
    wrong = (compare_at_coarser(first, second) > 0 for first, second in pairwise(days))
    return next((column for column, is_wrong in zip(columns, wrong, strict=True) if is_wrong), "")


#: By rule, the column that it is about.
_WRONG: dict[str, Callable[[Sequence[Column], Wish], str]] = {
    "days-are-in-order": _out_of_order,
    "change-is-not-before-the-present-status": lambda columns, wish: columns[0],
}
