"""The short spellings of the demo's content become dates and numbers."""

from datetime import date

import pytest

from demo.loader.milestones_and_enrollment import monthly_counts
from demo.notations import first_day, months_ago, parse_history, parse_relative_date, status_on

TODAY = date(2026, 3, 31)
HISTORY = "NOT_YET_RECRUITING 429 | RECRUITING 13m known 380 | RECRUITING 370 known 360 corrects: A typing error"


def test_a_distance_in_days_is_a_day():
    assert parse_relative_date("-31 days", today=TODAY) == "2026-02-28"
    assert parse_relative_date("+1 days", today=TODAY) == "2026-04-01"


def test_a_distance_in_months_stays_a_month():
    assert parse_relative_date("-1 months", today=TODAY) == "2026-02"
    assert parse_relative_date("+21 months", today=TODAY) == "2027-12"
    assert months_ago(15, today=TODAY) == "2024-12"


@pytest.mark.parametrize("text", ["2026-01-01", "-3", "-3 weeks", "3 days", ""])
def test_another_spelling_of_a_distance_is_refused(text):
    with pytest.raises(ValueError, match="is not a relative date"):
        parse_relative_date(text, today=TODAY)


def test_an_event_says_what_since_when_known_when_and_why():
    listed, opened, corrected = parse_history(HISTORY, today=TODAY)
    assert (listed.status, listed.since, listed.as_of) == ("NOT_YET_RECRUITING", "2025-01-26", date(2025, 1, 26))
    assert (opened.since, opened.as_of, opened.is_correction) == ("2025-02", date(2025, 3, 16), False)
    assert (corrected.is_correction, corrected.reason) == (True, "A typing error")


def test_a_site_without_a_history_has_no_events():
    assert parse_history("", today=TODAY) == []


@pytest.mark.parametrize("text", ["RECRUITING", "RECRUITING yesterday", "RECRUITING 3 | ", "open 3"])
def test_an_unreadable_event_is_refused(text):
    with pytest.raises(ValueError, match=r"is not an event|RECRUITING 3 \| "):
        parse_history(text + "?", today=TODAY)


def test_the_status_on_a_day_is_what_was_known_that_day():
    events = parse_history(HISTORY, today=TODAY)
    assert status_on(events, date(2025, 1, 25)) == ""
    assert status_on(events, date(2025, 3, 15)) == "NOT_YET_RECRUITING"
    assert status_on(events, date(2025, 3, 16)) == "RECRUITING"
    assert first_day(events, "RECRUITING") == date(2025, 2, 1)


def counts(**values):
    spell = {"opened_on": date(2024, 11, 3), "closed_on": date(2026, 2, 1), "last_month": date(2026, 3, 1)}
    return list(monthly_counts(30, **spell | values))


def test_there_is_one_count_a_month_from_opening_to_the_last_month():
    assert [count.month for count in counts()][:3] == ["2024-11", "2024-12", "2025-01"]
    assert len(counts()) == 17


def test_counts_never_fall_and_never_exceed_what_they_are_a_part_of():
    rows = counts()
    for name in ("screened", "consented", "enrolled", "withdrawn", "completed"):
        values = [getattr(row, name) for row in rows]
        assert values == sorted(values)
    assert all(row.screened >= row.consented >= row.enrolled >= row.withdrawn + row.completed for row in rows)


def test_everybody_has_joined_by_the_closing_and_nobody_after_it():
    rows = counts(closed_on=date(2025, 8, 15))
    assert {row.enrolled for row in rows if row.month >= "2025-08"} == {30}


def test_no_participant_remains_in_the_study_after_a_site_has_ended():
    last = counts(is_over=True)[-1]
    assert last.enrolled == last.withdrawn + last.completed
