"""A one-line summary of a trial's sites: how many recruit, and how recently they were confirmed. Pure.

Used by the trial page, search, documents and the API.
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
_HELD_BACK_REASONS = _CLOSED | {
    O.SUSPENDED: "Recruitment suspended",
    O.TEMPORARILY_NOT_AVAILABLE: "Temporarily not available",
    O.ENROLLING_BY_INVITATION: "By invitation only",
}


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """Counts of a trial's sites by public status.

    `ahead` counts sites whose status the overall status does not allow yet, `held_back` those with a status not shown.
    `open_confirmed_on` holds the dates of the last confirmations of open sites, oldest first.
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
        """The oldest last confirmation of the open sites; None where one was never confirmed, or none is open."""
        return self.open_confirmed_on[0] if self.open_confirmed_on and not self.open_never_confirmed else None


def count_sites(overall: str, last_known: str, sites: Iterable[tuple[str, date | None]]) -> SiteCounts:
    """Count sites given as pairs of the status as entered and the date of its last confirmation."""
    sites = [(status, day, status_publication(overall, last_known, status)) for status, day in sites]
    held_back = StatusPublication.HELD_BACK
    open_sites = [(status, day) for status, day, shown_as in sites if status in OPEN and shown_as is not held_back]
    return SiteCounts(
        total=len(sites),
        recruiting=sum(status == SiteStatus.RECRUITING for status, _ in open_sites),
        open=len(open_sites),
        ahead=sum(publication is StatusPublication.AHEAD_OF_TRIAL for *_, publication in sites),
        held_back=sum(publication is held_back for *_, publication in sites),
        open_confirmed_on=tuple(sorted(day for _, day in open_sites if day)),
    )


@dataclass(frozen=True, slots=True)
class StatusSummary:
    """The texts of a summary: `sites` is "17 of 31 sites recruiting", `confirmed` how recently they were confirmed.

    `age_level` is that of the oldest confirmation. Blank and None where no site is open.
    """

    sites: str
    confirmed: str = ""
    confirmed_short: str = ""
    age_level: AgeLevel | None = None


def summarize_statuses(counts: SiteCounts, *, shown_status: str, today: date) -> StatusSummary:
    """The summary of these counts; `shown_status` is the trial's status as shown on the day."""
    if not counts.open:
        return StatusSummary(site_counts_text(counts, shown_status))
    noun = "recruiting" if counts.open == counts.recruiting else "open"
    ages = [max(0, (today - day).days) for day in counts.open_confirmed_on]
    level = age_level(ages[0] if ages else None)
    if counts.open_never_confirmed and level not in (AgeLevel.AGING, AgeLevel.STALE):
        level = AgeLevel.NEVER
    return StatusSummary(
        site_counts_text(counts, shown_status),
        _share(counts, ages, f"{noun} site"),
        _share(counts, ages, f"{noun} site", is_short=True),
        level,
    )


def site_counts_text(counts: SiteCounts, shown_status: str) -> str:
    """The number of recruiting sites of all, or why it is not shown given the trial's status."""
    if counts.held_back:
        reason = _HELD_BACK_REASONS.get(shown_status, "")
        rest = f"{counts.held_back:,} {_HELD_BACK.format('' if counts.held_back == 1 else 'es')}"
        return f"{reason}; {rest}" if reason else rest
    if counts.ahead:
        return f"{_of_all(counts.recruiting or counts.ahead, counts.total)} {_ahead(counts)}"
    if counts.recruiting:
        return f"{_of_all(counts.recruiting, counts.total)} recruiting"
    return _sites(counts.total) if counts.total else ""


def _ahead(counts: SiteCounts) -> str:
    verb = "already recruiting" if counts.recruiting else "ahead of the trial’s status"
    return f"{verb}; the trial’s own status is being updated"


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
