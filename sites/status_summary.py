"""A trial's sites in one line: how many recruit, how many of these were confirmed lately, and the oldest of them. Pure.

Used by the trial's page, search, documents and the API, so that no two of them count differently.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from sites.choices import OPEN, SiteStatus, StatusPublication
from sites.confirmation_age import AgeLevel, age_level, format_days_ago
from sites.public_status import status_publication
from trials.choices import OverallStatus as O

_HELD_BACK = "site status{} still to be updated"
_CLOSED = dict.fromkeys(
    (
        O.ACTIVE_NOT_RECRUITING, O.COMPLETED, O.TERMINATED, O.WITHDRAWN, O.NO_LONGER_AVAILABLE,
        O.APPROVED_FOR_MARKETING,
    ),
    "Trial closed to recruitment",
)  # fmt: skip
_WHY_HELD_BACK = _CLOSED | {
    O.SUSPENDED: "Recruitment suspended",
    O.TEMPORARILY_NOT_AVAILABLE: "Temporarily not available",
    O.ENROLLING_BY_INVITATION: "By invitation only",
}


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """A trial's sites as the public sees them, counted.

    `ahead` are the sites whose status the trial's own does not allow yet, `held_back` those whose status is not shown.
    `open_confirmed_on` are the days on which the open ones were last confirmed, oldest first.
    """

    total: int = 0
    recruiting: int = 0
    open: int = 0
    ahead: int = 0
    held_back: int = 0
    open_confirmed_on: tuple[date, ...] = ()

    @property
    def open_never_confirmed(self) -> int:
        return self.open - len(self.open_confirmed_on)

    @property
    def oldest_confirmed_on(self) -> date | None:
        """The day of the open site that was not confirmed for longest; None where one never was, or none is open."""
        return self.open_confirmed_on[0] if self.open_confirmed_on and not self.open_never_confirmed else None


def count_sites(overall: str, last_known: str, sites: Iterable[tuple[str, date | None]]) -> SiteCounts:
    """`sites` are pairs of a status as entered and the day of its last confirmation."""
    sites = [(status, day, status_publication(overall, last_known, status)) for status, day in sites]
    held = StatusPublication.HELD_BACK
    is_open = [(status, day) for status, day, how in sites if status in OPEN and how is not held]
    return SiteCounts(
        total=len(sites),
        recruiting=sum(status == SiteStatus.RECRUITING for status, _ in is_open),
        open=len(is_open),
        ahead=sum(how is StatusPublication.AHEAD_OF_TRIAL for *_, how in sites),
        held_back=sum(how is held for *_, how in sites),
        open_confirmed_on=tuple(sorted(day for _, day in is_open if day)),
    )


@dataclass(frozen=True, slots=True)
class StatusSummary:
    """`sites` is "17 of 31 sites recruiting"; `confirmed` and `confirmed_short` how fresh that is, with the `warmth` of
    the oldest confirmation; nothing where no site is open.
    """

    sites: str
    confirmed: str = ""
    confirmed_short: str = ""
    age_level: AgeLevel | None = None


def summarize_statuses(counts: SiteCounts, *, shown_status: str, today: date) -> StatusSummary:
    """`shown_status` is the trial's status as it is shown on the day."""
    if not counts.open:
        return StatusSummary(site_counts_text(counts, shown_status))
    noun = "recruiting" if counts.open == counts.recruiting else "open"
    ages = [max(0, (today - day).days) for day in counts.open_confirmed_on]
    warmth = age_level(ages[0] if ages else None)
    if counts.open_never_confirmed and warmth not in (AgeLevel.AGING, AgeLevel.STALE):
        warmth = AgeLevel.NEVER
    return StatusSummary(
        site_counts_text(counts, shown_status),
        _share(counts, ages, f"{noun} site"),
        _share(counts, ages, f"{noun} site", is_short=True),
        warmth,
    )


def site_counts_text(counts: SiteCounts, shown_status: str) -> str:
    """How many sites there are, and how many recruit, or why that cannot be told beside the trial's status."""
    if counts.held_back:
        why = _WHY_HELD_BACK.get(shown_status, "")
        rest = f"{counts.held_back:,} {_HELD_BACK.format('' if counts.held_back == 1 else 'es')}"
        return f"{why}; {rest}" if why else rest
    if counts.ahead:
        return f"{_of_all(counts.recruiting or counts.ahead, counts.total)} {_ahead(counts)}"
    if counts.recruiting:
        return f"{_of_all(counts.recruiting, counts.total)} recruiting"
    return _sites(counts.total) if counts.total else ""


def _ahead(counts: SiteCounts) -> str:
    what = "already recruiting" if counts.recruiting else "ahead of the trial’s status"
    return f"{what}; the trial’s own status is being updated"


def _share(counts: SiteCounts, ages: list[int], noun: str, *, is_short: bool = False) -> str:
    """ "16 of 18 recruiting sites confirmed in the last 30 days; oldest 260 days ago"."""
    ago = format_days_ago(ages[0]) if ages else ""
    if counts.open == 1 and ages:
        return f"{noun} confirmed {ago}" if is_short else f"The {noun} was confirmed {ago}"
    if not ages:
        return f"no {noun} confirmed yet" if is_short else f"No {noun} confirmed yet"
    fresh = sum(age <= settings.CONFIRMATION_DUE_DAYS for age in ages)
    days = settings.CONFIRMATION_DUE_DAYS
    nouns, window = ("", f"in {days} days") if is_short else (f" {noun}s", f"in the last {days} days")
    share = f"{fresh:,} of {counts.open:,}{nouns} confirmed {window}"
    never = f"; {counts.open_never_confirmed:,} never confirmed" if counts.open_never_confirmed else ""
    return f"{share}; oldest {ago}{never}"


def _of_all(number: int, total: int) -> str:
    return f"{number:,} of {_sites(total)}"


def _sites(number: int) -> str:
    return f"{number:,} site{'' if number == 1 else 's'}"
