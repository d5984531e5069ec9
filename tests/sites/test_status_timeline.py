"""The status timeline of a site."""

from dataclasses import dataclass
from datetime import date

from sites.status_timeline import build_timeline, window_start

TODAY = date(2026, 11, 21)


@dataclass
class Event:
    status: str
    effective_on: str | None
    as_of: str


def segments(*events):
    return [(segment.status, segment.offset, segment.width) for segment in build_timeline(events, today=TODAY).segments]


def test_the_window_begins_with_a_month():
    assert window_start(TODAY) == date(2025, 5, 1)
    assert window_start(date(2026, 1, 31)) == date(2024, 7, 1)


def test_a_status_from_before_the_window_fills_it():
    assert segments(Event("RECRUITING", "2020-01", "2020-02-01")) == [("RECRUITING", 0.0, 100.0)]


def test_the_timeline_begins_with_the_first_event():
    ((status, offset, width),) = segments(Event("RECRUITING", None, "2026-11-01"))
    assert (status, offset + width) == ("RECRUITING", 100.0)
    assert width < 4


def test_segments_are_contiguous_and_end_today():
    first, second = segments(
        Event("NOT_YET_RECRUITING", "2025-01-01", "2025-01-01"), Event("RECRUITING", "2026-05-01", "2026-05-01")
    )
    assert first[1] == 0
    assert abs(first[2] - second[1]) < 0.2
    assert abs(second[1] + second[2] - 100) < 0.2


def test_a_later_event_replaces_earlier_ones_from_its_date_on():
    result = segments(
        Event("RECRUITING", "2025-06-01", "2025-06-01"),
        Event("SUSPENDED", "2026-06-01", "2026-06-01"),
        Event("ACTIVE_NOT_RECRUITING", "2026-02-01", "2026-07-01"),
    )
    assert [status for status, _, _ in result] == ["RECRUITING", "ACTIVE_NOT_RECRUITING"]


def test_a_repeated_status_is_one_segment():
    events = [Event("RECRUITING", None, "2025-06-01"), Event("RECRUITING", None, "2025-09-01")]
    assert len(segments(*events)) == 1


def test_a_site_without_events_has_no_segments():
    assert build_timeline([], today=TODAY).segments == []
