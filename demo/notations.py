"""Parses the demo's short notations: relative dates, and the status history of a site. Pure: no clock.

    -16 months    -480 days    +2 months
    NOT_YET_RECRUITING 429 | RECRUITING 13m known 380 | SUSPENDED 60 known 41: Freezer failed

Each event of a history has a status, its effective date (days back, or `m` months back where only the month is known),
the day on which it became known (days back; default: the same day) and a reason. `corrects`: it corrects the event
before it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from common.partial_dates import PartialDate

_RELATIVE_DATE = re.compile(r"([+-]\d+) (days|months)")


def days_ago(count: int, *, today: date) -> date:
    return today - timedelta(days=count)


def months_ago(count: int, *, today: date) -> PartialDate:
    """The month `count` months before that of `today`."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return PartialDate(f"{year:04d}-{month + 1:02d}")


def parse_relative_date(text: str, *, today: date) -> PartialDate:
    """A day or, for months, a month. ValueError for any other format."""
    match = _RELATIVE_DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a relative date such as '-16 months' or '-480 days'.")
    count = -int(match[1])
    if match[2] == "months":
        return months_ago(count, today=today)
    return PartialDate(days_ago(count, today=today).isoformat())


_EVENT = re.compile(
    r"(?P<status>[A-Z_]+) (?P<since>\d+)(?P<is_month>m?)"
    r"(?: known (?P<known>\d+))?(?P<corrects> corrects)?(?:: (?P<reason>.+))?"
)


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event: effective `since` (a day or a month), known `as_of`."""

    status: str
    since: PartialDate
    as_of: date
    reason: str
    is_correction: bool


def parse_history(text: str, *, today: date) -> list[HistoryEvent]:
    """The events in order; none for a blank text. ValueError names the event that cannot be parsed."""
    return [_parse_event(part, today) for part in text.split(" | ") if part]


def status_on(events: list[HistoryEvent], day: date) -> str:
    """The site's status that was known on a day; "" before the first event."""
    return next((event.status for event in reversed(events) if event.as_of <= day), "")


def first_day(events: list[HistoryEvent], *statuses: str) -> date | None:
    """The first day on which the site has one of the statuses."""
    return next((event.since.first_day for event in events if event.status in statuses), None)


def _parse_event(text: str, today: date) -> HistoryEvent:
    match = _EVENT.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not an event of a status history.")
    since = int(match["since"])
    if match["is_month"]:
        return _build_event(match, months_ago(since, today=today), days_ago(int(match["known"]), today=today))
    day = days_ago(since, today=today)
    as_of = days_ago(int(match["known"] or since), today=today)
    return _build_event(match, PartialDate(day.isoformat()), as_of)


def _build_event(match: re.Match, since: PartialDate, as_of: date) -> HistoryEvent:
    return HistoryEvent(match["status"], since, as_of, match["reason"] or "", bool(match["corrects"]))
