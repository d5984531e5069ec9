"""The status history of a site over the last 18 months, as segments of a bar and as text. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.enum_labels import choice_label
from common.localized import format_partial_date
from common.partial_dates.value import PartialDate
from trials.choices import OverallStatus

MONTHS = 18
NOT_KNOWN = gettext_noop("not known")


@dataclass(frozen=True, slots=True)
class TimelineSegment:
    """One status over a part of the bar; `offset` and `width` are percentages, `since` keeps its precision."""

    status: str
    since: PartialDate
    offset: float
    width: float


@dataclass(frozen=True, slots=True)
class StatusTimeline:
    """The segments in order; the time before the first one is empty."""

    segments: list[TimelineSegment]

    @property
    def text(self) -> str:
        """The timeline as a sentence, for screen readers."""
        parts = [
            _("{status} from {date}").format(status=_status_text(one.status), date=format_partial_date(one.since))
            for one in self.segments
        ]
        return _("Status history, 18 months: {parts}").format(parts=_(", then ").join(parts) or _(NOT_KNOWN))


def build_timeline(events: Iterable, *, today: date) -> StatusTimeline:
    """The timeline of a site's uncorrected events, in the order in which they became known."""
    return StatusTimeline(list(_segments(status_changes(events), today)))


def status_changes(events: Iterable) -> list[tuple[date, PartialDate, str]]:
    """(first day, date as known, status) of each change, from uncorrected events in the order they became known.

    An event holds from the first day of its date and replaces earlier events after that day, so the last segment is the
    current status. An event without a date holds from the day on which it was known.
    """
    changes: list[tuple[date, PartialDate, str]] = []
    for event in events:
        since = PartialDate(event.effective_on or event.as_of)
        changes = [change for change in changes if change[0] < since.first_day]
        if not changes or changes[-1][2] != event.status:
            changes.append((since.first_day, since, event.status))
    return changes


def _segments(changes: Sequence[tuple[date, PartialDate, str]], today: date) -> Iterable[TimelineSegment]:
    start = window_start(today)
    days = (today - start).days
    ends = [*(first for first, _, _ in changes), today][1:]
    for (first, since, status), end in zip(changes, ends, strict=True):
        visible_from, visible_to = max(first, start), min(end, today)
        if visible_from < visible_to:
            offset, width = visible_from - start, visible_to - visible_from
            yield TimelineSegment(status, since, _share(offset, days), _share(width, days))


def window_start(today: date) -> date:
    """The first day of the month 18 months before."""
    months = today.year * 12 + today.month - 1 - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _share(part, days: int) -> float:
    return round(100 * part.days / days, 1)


def _status_text(status: str) -> str:
    label = choice_label(status, OverallStatus.__name__)
    return label[:1].lower() + label[1:] if label else _("not published")
