"""The status of each site at the end of each week, and the age of its confirmation then. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.enum_labels import choice_label
from sites.choices import SiteStatus
from sites.confirmation_age import status_needs_confirmation
from sites.status_timeline import status_changes
from trials.choices import NOT_KNOWN

WEEKS = 26
#: The steps of age in days: European Union, United States (see sites/statistics.py), then the levels of the boards.
AGE_STEPS = (15, 30, 90)
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
    """One site at the end of one week; `is_unconfirmed`: nobody had confirmed the status for CONFIRMATION_DUE_DAYS.

    `days` is the age of the last confirmation of this status at the end of the week; None without one.
    """

    status: str
    is_unconfirmed: bool
    days: int | None = None

    @property
    def letter(self) -> str:
        return LETTERS[self.status]

    @property
    def text(self) -> str:
        label = choice_label(self.status, "SiteStatus") or _("Not published")
        return _("{status}, not confirmed").format(status=label) if self.is_unconfirmed else label

    @property
    def has_age(self) -> bool:
        """Whether the status needed confirmation."""
        return self.status != NOT_KNOWN and status_needs_confirmation(self.status)

    @property
    def age_step(self) -> str:
        """The class of the age: age-0 (15 days) to age-3 (more than 90), age-never, or age-none where none is due."""
        if not self.has_age:
            return "age-none"
        return "age-never" if self.days is None else f"age-{sum(step < self.days for step in AGE_STEPS)}"

    @property
    def age_mark(self) -> str:
        """The days as the cell shows them."""
        if not self.has_age:
            return LETTERS[NOT_KNOWN]
        return "–" if self.days is None else str(self.days)

    @property
    def age_text(self) -> str:
        label = choice_label(self.status, "SiteStatus") or _("Not published")
        if not self.has_age:
            return _("{status}, no confirmation due").format(status=label)
        if self.days is None:
            return _("{status}, never confirmed").format(status=label)
        text = ngettext("{status}, confirmed {n} day before", "{status}, confirmed {n} days before", self.days)
        return text.format(status=label, n=self.days)


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
        confirmed_on = max((on for on, of_status in confirmed if on <= day and of_status == status), default=None)
        age = (day - confirmed_on).days if confirmed_on else None
        return WeekCell(status, age is None or age > settings.CONFIRMATION_DUE_DAYS, age)

    return [cell(day) for day in days]
