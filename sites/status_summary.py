"""A one-line summary of a trial's sites: how many recruit, and how recently they were confirmed. Pure.

Used by the trial page, search, documents and the API.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sites.choices import OPEN, SiteStatus, StatusPublication
from sites.confirmation_age import AgeLevel, age_level, format_days_ago
from sites.public_status import status_publication
from trials.choices import OverallStatus as O

_CLOSED = dict.fromkeys(
    (
        O.ACTIVE_NOT_RECRUITING, O.COMPLETED, O.TERMINATED, O.WITHDRAWN, O.NO_LONGER_AVAILABLE,
        O.APPROVED_FOR_MARKETING,
    ),
    gettext_noop("Trial closed to recruitment"),
)  # fmt: skip
_HELD_BACK_REASONS = _CLOSED | {
    O.SUSPENDED: gettext_noop("Recruitment suspended"),
    O.TEMPORARILY_NOT_AVAILABLE: gettext_noop("Temporarily not available"),
    O.ENROLLING_BY_INVITATION: gettext_noop("By invitation only"),
}


@dataclass(frozen=True, slots=True)
class _AgeTexts:
    """Texts of how recently sites were confirmed: a single site, none confirmed, and a share of all."""

    single: str
    never: str
    share: str


#: The full and the short texts, where all open sites are recruiting and where they are not.
_RECRUITING_AGES = (
    _AgeTexts(
        gettext_noop("The recruiting site was confirmed {ago}"),
        gettext_noop("No recruiting site confirmed yet"),
        gettext_noop("{fresh} of {total} recruiting sites confirmed in the last {days} days"),
    ),
    _AgeTexts(
        gettext_noop("recruiting site confirmed {ago}"),
        gettext_noop("no recruiting site confirmed yet"),
        gettext_noop("{fresh} of {total} confirmed in {days} days"),
    ),
)
_OPEN_AGES = (
    _AgeTexts(
        gettext_noop("The open site was confirmed {ago}"),
        gettext_noop("No open site confirmed yet"),
        gettext_noop("{fresh} of {total} open sites confirmed in the last {days} days"),
    ),
    _AgeTexts(
        gettext_noop("open site confirmed {ago}"),
        gettext_noop("no open site confirmed yet"),
        gettext_noop("{fresh} of {total} confirmed in {days} days"),
    ),
)


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
    texts, short_texts = _RECRUITING_AGES if counts.open == counts.recruiting else _OPEN_AGES
    ages = [max(0, (today - day).days) for day in counts.open_confirmed_on]
    level = age_level(ages[0] if ages else None)
    if counts.open_never_confirmed and level not in (AgeLevel.AGING, AgeLevel.STALE):
        level = AgeLevel.NEVER
    return StatusSummary(
        site_counts_text(counts, shown_status),
        _share(counts, ages, texts),
        _share(counts, ages, short_texts),
        level,
    )


def site_counts_text(counts: SiteCounts, shown_status: str) -> str:
    """The number of recruiting sites of all, or why it is not shown given the trial's status."""
    if counts.held_back:
        reason = _HELD_BACK_REASONS.get(shown_status, "")
        held_back = ngettext(
            "{n} site status still to be updated", "{n} site statuses still to be updated", counts.held_back
        )
        rest = held_back.format(n=f"{counts.held_back:,}")
        return f"{_(reason)}; {rest}" if reason else rest
    if counts.ahead:
        text = _("{share} already recruiting; the trial’s own status is being updated")
        if not counts.recruiting:
            text = _("{share} ahead of the trial’s status; the trial’s own status is being updated")
        return text.format(share=_of_all(counts.recruiting or counts.ahead, counts.total))
    if counts.recruiting:
        return _("{share} recruiting").format(share=_of_all(counts.recruiting, counts.total))
    sites = ngettext("{n} site", "{n} sites", counts.total).format(n=f"{counts.total:,}")
    return sites if counts.total else ""


def _share(counts: SiteCounts, ages: list[int], texts: _AgeTexts) -> str:
    """ "16 of 18 recruiting sites confirmed in the last 30 days; oldest 260 days ago"."""
    ago = format_days_ago(ages[0]) if ages else ""
    if counts.open == 1 and ages:
        return _(texts.single).format(ago=ago)
    if not ages:
        return _(texts.never)
    days = settings.CONFIRMATION_DUE_DAYS
    fresh = sum(age <= days for age in ages)
    share = _(texts.share).format(fresh=f"{fresh:,}", total=f"{counts.open:,}", days=days)
    rest = [_("oldest {ago}").format(ago=ago)]
    if counts.open_never_confirmed:
        rest.append(_("{n} never confirmed").format(n=f"{counts.open_never_confirmed:,}"))
    return "; ".join([share, *rest])


def _of_all(number: int, total: int) -> str:
    text = ngettext("{n} of {total} site", "{n} of {total} sites", total)
    return text.format(n=f"{number:,}", total=f"{total:,}")
