"""The status of each site at the end of each week, and whether it had been confirmed by then. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from common.enum_labels import choice_label
from sites.choices import SiteStatus
from sites.confirmation_age import status_needs_confirmation
from sites.status_timeline import status_changes
from trials.choices import NOT_KNOWN

WEEKS = 26
#: The letter of each status in a cell; "" is not published.
LETTERS = {
    SiteStatus.NOT_YET_RECRUITING.value: "N",
    SiteStatus.RECRUITING.value: "R",
    SiteStatus.ENROLLING_BY_INVITATION.value: "I",
    SiteStatus.AVAILABLE.value: "V",
    SiteStatus.ACTIVE_NOT_RECRUITING.value: "A",
    SiteStatus.SUSPENDED.value: "S",
    SiteStatus.COMPLETED.value: "C",
    SiteStatus.TERMINATED.value: "T",
    SiteStatus.WITHDRAWN.value: "W",
    "": "–",
    NOT_KNOWN: "·",
}


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One site at the end of one week; `is_unconfirmed`: nobody had confirmed the status for CONFIRMATION_DUE_DAYS."""

    status: str
    is_unconfirmed: bool

    @property
    def letter(self) -> str:
        return LETTERS[self.status]

    @property
    def text(self) -> str:
        label = choice_label(self.status, "SiteStatus") or "Not published"
        return f"{label}, not confirmed" if self.is_unconfirmed else label


@dataclass(frozen=True, slots=True)
class WeekRow:
    site: object
    cells: list[WeekCell]


def week_ends(until: date, *, today: date, count: int = WEEKS) -> list[date]:
    """The last days of the weeks (Sundays) up to that of `until`, oldest first; the current week ends today."""
    sunday = until + timedelta(days=6 - until.weekday())
    return [min(sunday - timedelta(weeks=number), today) for number in reversed(range(count))]


def week_cells(events: Iterable, confirmations: Iterable[tuple[date, str]], days: Sequence[date]) -> list[WeekCell]:
    """The cells of one site on these days, from uncorrected events and confirmations (day, status) that stand.

    A status without a date holds from the day on which it became known; before the first one it is not known.
    """
    changes = status_changes(events)
    first_days = [first for first, _, _ in changes]
    confirmed = sorted(confirmations)

    def cell(day: date) -> WeekCell:
        index = bisect_right(first_days, day)
        status = changes[index - 1][2] if index else NOT_KNOWN
        if status == NOT_KNOWN or not status_needs_confirmation(status):
            return WeekCell(status, is_unconfirmed=False)
        earliest = day - timedelta(days=settings.CONFIRMATION_DUE_DAYS)
        is_confirmed = any(earliest <= on <= day and of_status == status for on, of_status in confirmed)
        return WeekCell(status, is_unconfirmed=not is_confirmed)

    return [cell(day) for day in days]
