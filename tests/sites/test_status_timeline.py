"""The ribbon: eighteen months of one site."""

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
    return [(piece.status, piece.left, piece.width) for piece in build_timeline(events, today=TODAY).segments]


def test_the_window_begins_with_a_month():
    assert window_start(TODAY) == date(2025, 5, 1)
    assert window_start(date(2026, 1, 31)) == date(2024, 7, 1)


def test_a_status_from_before_the_window_fills_it():
    assert segments(Event("RECRUITING", "2020-01", "2020-02-01")) == [("RECRUITING", 0.0, 100.0)]


def test_nothing_is_drawn_before_anything_is_known():
    ((status, left, width),) = segments(Event("RECRUITING", None, "2026-11-01"))
    assert (status, left + width) == ("RECRUITING", 100.0)
    assert width < 4


def test_pieces_meet_and_end_today():
    first, second = segments(
        Event("NOT_YET_RECRUITING", "2025-01-01", "2025-01-01"), Event("RECRUITING", "2026-05-01", "2026-05-01")
    )
    assert first[1] == 0
    assert abs(first[2] - second[1]) < 0.2
    assert abs(second[1] + second[2] - 100) < 0.2


def test_what_became_known_later_is_believed_about_the_time_from_its_day_on():
    told = segments(
        Event("RECRUITING", "2025-06-01", "2025-06-01"),
        Event("SUSPENDED", "2026-06-01", "2026-06-01"),
        Event("ACTIVE_NOT_RECRUITING", "2026-02-01", "2026-07-01"),
    )
    assert [status for status, _, _ in told] == ["RECRUITING", "ACTIVE_NOT_RECRUITING"]


def test_the_same_status_said_again_is_one_piece():
    events = [Event("RECRUITING", None, "2025-06-01"), Event("RECRUITING", None, "2025-09-01")]
    assert len(segments(*events)) == 1


def test_a_site_without_events_has_no_picture():
    assert build_timeline([], today=TODAY).segments == []
