"""The short spelling of a site's status history. Pure: no clock.

    NOT_YET_RECRUITING 429 | RECRUITING 13m known 380 | SUSPENDED 60 known 41: Freezer failed

Each event is a status, since when (days back, or months back where only the month is known), the day on which we came
to know it (days back; without it, the same day) and why. `corrects` says that the event takes back the one before it.
"""

import re
from dataclasses import dataclass
from datetime import date

from common.partial_dates import PartialDate
from demo.relative_dates import days_ago, months_ago

_EVENT = re.compile(
    r"(?P<status>[A-Z_]+) (?P<since>\d+)(?P<is_month>m?)"
    r"(?: known (?P<known>\d+))?(?P<corrects> corrects)?(?:: (?P<reason>.+))?"
)


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event: in force since `since` (a day or a month), known on `known_on`."""

    status: str
    since: PartialDate
    as_of: date
    reason: str
    is_correction: bool


def parse_history(text: str, *, today: date) -> list[HistoryEvent]:
    """The events in their order; none for a blank text. ValueError says which event can't be read."""
    return [_parse_event(part, today) for part in text.split(" | ") if part]


def status_on(events: list[HistoryEvent], day: date) -> str:
    """What we took the site's status to be on a day, by what was known then; blank before the first event."""
    return next((event.status for event in reversed(events) if event.as_of <= day), "")


def first_day(events: list[HistoryEvent], *statuses: str) -> date | None:
    """The first day that an event puts the site into one of the statuses."""
    return next((event.since.first_day for event in events if event.status in statuses), None)


def _parse_event(text: str, today: date) -> HistoryEvent:
    found = _EVENT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no event of a status history.")
    since = int(found["since"])
    if found["is_month"]:
        return _build_event(found, months_ago(since, today=today), days_ago(int(found["known"]), today=today))
    day = days_ago(since, today=today)
    known_on = days_ago(int(found["known"] or since), today=today)
    return _build_event(found, PartialDate(day.isoformat()), known_on)


def _build_event(match: re.Match, since: PartialDate, known_on: date) -> HistoryEvent:
    return HistoryEvent(match["status"], since, known_on, match["reason"] or "", bool(match["corrects"]))
