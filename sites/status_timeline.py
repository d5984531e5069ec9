"""A site's last eighteen months as a ribbon: which status from when to when, beside the dated text. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from common.enum_labels import choice_label
from common.partial_dates.value import PartialDate
from trials.choices import OverallStatus

MONTHS = 18
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class TimelineSegment:
    """One status over a part of the ribbon, in hundredths of it; `since` is told as precisely as it is known."""

    status: str
    since: PartialDate
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class StatusTimeline:
    """Nothing is drawn of the time before the first piece."""

    segments: list[TimelineSegment]

    @property
    def text(self) -> str:
        """The picture as a sentence."""
        told = [f"{_status_text(piece.status)} from {piece.since.as_text()}" for piece in self.segments]
        return f"Eighteen months: {', then '.join(told) or NOT_KNOWN}"


def build_timeline(events: Iterable, *, today: date) -> StatusTimeline:
    """From a site's events that nobody corrected, in the order in which they became known.

    An event holds from the first day that it can mean, whatever was said before of the time after it: so the last
    piece is the status in force. One without a day of its own holds from the day on which it was known.
    """
    turns: list[tuple[date, PartialDate, str]] = []
    for event in events:
        since = PartialDate(event.effective_on or event.as_of)
        turns = [turn for turn in turns if turn[0] < since.first_day]
        if not turns or turns[-1][2] != event.status:
            turns.append((since.first_day, since, event.status))
    return StatusTimeline(list(_segments(turns, today)))


def _segments(turns: Sequence[tuple[date, PartialDate, str]], today: date) -> Iterable[TimelineSegment]:
    start = window_start(today)
    days = (today - start).days
    ends = [*(first for first, _, _ in turns), today][1:]
    for (first, since, status), end in zip(turns, ends, strict=True):
        left, right = max(first, start), min(end, today)
        if left < right:
            yield TimelineSegment(status, since, _share(left - start, days), _share(right - left, days))


def window_start(today: date) -> date:
    """The first day of the month eighteen months back."""
    months = today.year * 12 + today.month - 1 - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _share(part, days: int) -> float:
    return round(100 * part.days / days, 1)


def _status_text(status: str) -> str:
    known = choice_label(status, OverallStatus.__name__)
    return known[:1].lower() + known[1:] if known else "not published"
