"""The dry run: what each row would change and what speaks against it, by the rules of the services. Writes nothing.

What the rules say of a row, by the columns of what lay in between: which to fill in, and which is wrong. Pure.

One cell's change in words: old → new.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from common.partial_dates import PartialDate, compare_at_coarser
from common.rules import Level, Rule, broken
from sites.choices import SiteStatus
from sites.models import TrialSite
from sites.permissions import authorities_over, may_plan
from sites.rules import CHANGE_RULES, ends_too_early
from sites.rules.inputs import StatusChange
from sites.services import WantedStatus, changes_of
from sites.spreadsheets.site_matching import NOT_YOURS
from sites.status_transitions import Authority, with_missing
from work.bulk_upload.columns import IN_BETWEEN, Column, SheetRow
from work.bulk_upload.row_parser import PLAN_OF, Wish, wish_of
from work.bulk_upload.site_matching import Entry
from work.my_work.review import review_reasons

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


PLANS = {name: column.value for column, name in PLAN_OF.items()}
NO_STATUS_LABEL, NOTHING, NOT_ENTERED = "No status yet", "None", "Nothing"


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    old: str
    new: str


def status_change(site: TrialSite, wish: Wish) -> Change:
    """With its date, since the two go together."""
    return Change("Status", _status(site.status, site.status_since), _status(wish.status, wish.since))


def interim_changes(wish: Wish) -> Iterator[Change]:
    """What was never entered before the new status."""
    for (what, _), (status, since) in zip(IN_BETWEEN, wish.interim or (), strict=False):
        yield Change(what, NOT_ENTERED, _status(status, since))


def confirmation(site: TrialSite) -> Change:
    last = site.last_confirmed_on
    return Change("Last confirmed", f"{last:%-d %B %Y}" if last else "Never", "Today: still true")


def new_plans(site: TrialSite, wish: Wish) -> dict[str, int | str | None]:
    """The columns that get another value than they have."""
    return {name: value for name, value in wish.plans.items() if value != _as_typed(getattr(site, name))}


def plan_changes(site: TrialSite, plans: Mapping[str, int | str | None]) -> Iterator[Change]:
    for name, value in plans.items():
        yield Change(PLANS[name], _plan(getattr(site, name)), _plan(value))


def _as_typed(value: int | str | None) -> int | str | None:
    """A text as a sheet brings it back, without what surrounds it."""
    return "\n".join(value.strip().splitlines()) if isinstance(value, str) else value


def _status(status: str, since: PartialDate | None) -> str:
    if not status:
        return NO_STATUS_LABEL
    words = SiteStatus(status).label
    return f"{words}, since {since.in_words()}" if since else words


def _plan(value: int | str | None) -> str:
    return NOTHING if value in (None, "") else f"{value:,}" if isinstance(value, int) else value


STALE = "The site was changed after the sheet was made. Look at it as it is now, and bring the row again."
NOT_PLANNING = "The enrollment target and the internal note are set by the trial’s coordinator."
NOT_IN_A_TABLE = "Confirm this site by itself on My work."
NO_STATUS = "The site has no status that could be confirmed. Give a new one."


class State(StrEnum):
    ERROR = "errors"
    WARNING = "warnings"
    CHANGE = "changes"
    NOTHING = "nothing"


@dataclass(slots=True)
class Judged:
    """One row. `changes` are in words, `plans` the columns among them; errors stop it, warnings ask."""

    entry: Entry
    wish: Wish
    site: TrialSite | None = None
    authority: Authority | None = None
    changes: list[Change] = field(default_factory=list)
    plans: dict[str, int | str | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        if self.errors:
            return State.ERROR
        if not self.changes:
            return State.NOTHING
        return State.WARNING if self.warnings else State.CHANGE

    @property
    def is_ready(self) -> bool:
        return self.state in (State.CHANGE, State.WARNING)

    @property
    def asks_the_rules(self) -> bool:
        """Whether the row wants a status that can be judged, whatever else is wrong with it."""
        is_present = self.site and self.entry.version == self.site.version
        return bool(is_present and self.wish.status and self.wish.since and self.wish.interim is not None)

    @property
    def confirms(self) -> bool:
        """Whether the row says that the present status is still right."""
        return bool(self.site and self.wish.confirm and not self.wish.status and self.site.status)

    @property
    def typed(self) -> str:
        """What the row says of its site, for one that is not known."""
        names = (Column.SITE, Column.FACILITY, Column.TOWN, Column.STATE, Column.COUNTRY, Column.ENTRY, Column.TRIAL)
        return ", ".join(self.entry.row.cells[name] for name in names if name in self.entry.row.cells)

    @property
    def wanted(self) -> WantedStatus:
        """What the services are asked; for a row with a site and a new status."""
        wish = self.wish
        return WantedStatus(self.site, wish.status, wish.since, self.authority, wish.reason, wish.interim or ())

    def heed(self, change: StatusChange, on: date) -> None:
        """Take down what the rules have against the change that is wanted."""
        for rule in broken(CHANGE_RULES, change, on=on):
            told = self.errors if rule.level is Level.ERROR else self.warnings
            told.append(text_for_row(rule, change, self.entry.row))


@dataclass(frozen=True)
class DryRun:
    """Every row judged, in the order of the sheet."""

    rows: Sequence[Judged]

    @cached_property
    def tally(self) -> Counter[State]:
        return Counter(row.state for row in self.rows)

    @property
    def ready(self) -> list[Judged]:
        return [row for row in self.rows if row.is_ready]

    @property
    def has_errors(self) -> bool:
        return bool(self.tally[State.ERROR])

    @property
    def asks(self) -> bool:
        """Whether warnings are to be read first."""
        return bool(self.tally[State.WARNING])


def dry_run(entries: Iterable[Entry], sites: Iterable[TrialSite], user, *, on: date) -> DryRun:
    """Judge rows against these rows of sites: those of the entries that are the user's. Nine queries, however many."""
    found = {site.pk: site for site in sites}
    authorities = authorities_over(user, found.values())
    rows = [_judged(entry, found.get(entry.site_id), authorities) for entry in entries]
    _refuse_doubtful([row for row in rows if row.confirms and not row.errors], on)
    asking = [row for row in rows if row.asks_the_rules]
    for row, change in zip(asking, changes_of([row.wanted for row in asking]), strict=True):
        row.heed(change, on)
    return DryRun(rows)


def _judged(entry: Entry, site: TrialSite | None, authorities: Mapping[int, Authority]) -> Judged:
    row = Judged(entry, wish_of(entry.row))
    if entry.problem or site is None or site.pk not in authorities:
        row.errors = [entry.problem or NOT_YOURS]
        return row
    row.site, row.authority = site, authorities[site.pk]
    if entry.version != site.version:
        row.errors = [STALE]
        return row
    row.plans = new_plans(site, row.wish) if may_plan(row.authority) else {}
    row.changes = list(_changes(row))
    row.errors = [*row.wish.errors, *_refusals(row)]
    return row


def _changes(row: Judged) -> Iterable[Change]:
    if row.wish.status:
        yield from interim_changes(row.wish)
        yield status_change(row.site, row.wish)
    elif row.confirms:
        yield confirmation(row.site)
    yield from plan_changes(row.site, row.plans)


def _refuse_doubtful(rows: Sequence[Judged], on: date) -> None:
    """What is doubtful is confirmed by itself, and not by a table."""
    reasons = review_reasons([row.site for row in rows], on=on)
    for row in rows:
        if row.site.pk in reasons:
            row.errors.append(" ".join([NOT_IN_A_TABLE, *reasons[row.site.pk]]))


def _refusals(row: Judged) -> Iterable[str]:
    if row.wish.confirm and not row.wish.status and not row.site.status:
        yield NO_STATUS
    if row.wish.plans and not may_plan(row.authority):
        yield NOT_PLANNING
