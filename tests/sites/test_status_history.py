"""Status history of a trial: counts by month, time in each status, and the calendar of updates."""

from datetime import date
from types import SimpleNamespace

import pytest
import time_machine

from history.authorship import authored
from sites.status_history.durations import StatusPeriod, durations_chart, status_periods
from sites.status_history.ribbon import month_ends, ribbon_chart
from sites.status_history.updates import DayOfUpdates, updates_chart
from tests.factories import a_confirmation, a_facility, a_manager, a_site, a_trial, an_event
from tests.pages.html_reader import queries_of, text_of
from trials.models import Trial

PAGE = "/trials/NCT00000001/history/"
TODAY = date(2026, 11, 18)


def event(status: str, since: str) -> SimpleNamespace:
    return SimpleNamespace(status=status, effective_on=since, as_of=since)


def test_the_periods_of_a_site_end_where_the_next_begins_and_the_last_is_in_force():
    events = [event("NOT_YET_RECRUITING", "2026-01-01"), event("RECRUITING", "2026-03-02"),
              event("COMPLETED", "2026-12-01")]  # fmt: skip
    assert status_periods(events, today=TODAY) == [
        StatusPeriod("NOT_YET_RECRUITING", 60, False), StatusPeriod("RECRUITING", 261, True),
    ]  # fmt: skip
    assert status_periods([], today=TODAY) == []


def test_statuses_in_force_count_as_censored():
    ended = [StatusPeriod("RECRUITING", days, False) for days in (100, 200, 300)]
    assert durations_chart(ended).rows[0]["median"] == 200
    with_current = durations_chart([*ended, *[StatusPeriod("RECRUITING", 400, True)] * 3]).rows[0]
    assert (with_current["lower"], with_current["median"], with_current["upper"]) == (200, 300, None)
    assert (with_current["ended"], with_current["current"]) == (3, 3)


def test_final_statuses_have_no_duration_and_few_periods_no_median():
    assert durations_chart([StatusPeriod("COMPLETED", 10, True)]) is None
    assert durations_chart([StatusPeriod("RECRUITING", 10, False)] * 2).rows[0]["median"] is None


def test_the_ribbon_counts_the_sites_at_the_end_of_each_month():
    assert month_ends(date(2026, 3, 5), count=3) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 5)]
    histories = [
        [event("NOT_YET_RECRUITING", "2026-09-30"), event("RECRUITING", "2026-10-31")],
        [event("NOT_YET_RECRUITING", "2026-10-01")],
    ]
    assert ribbon_chart(histories, today=TODAY).rows == [
        {"month": date(2026, 9, 30), "RECRUITING": 0, "NOT_YET_RECRUITING": 1},
        {"month": date(2026, 10, 31), "RECRUITING": 1, "NOT_YET_RECRUITING": 1},
        {"month": date(2026, 11, 18), "RECRUITING": 1, "NOT_YET_RECRUITING": 1},
    ]
    assert ribbon_chart([[event("RECRUITING", "2026-11-01")]], today=TODAY) is None


def test_the_calendar_counts_changes_and_confirmations_of_52_weeks():
    first = date(2025, 11, 24)
    updates = [DayOfUpdates(TODAY, True), DayOfUpdates(TODAY, True), DayOfUpdates(TODAY, False),
               DayOfUpdates(first, False), DayOfUpdates(date(2025, 11, 23), False)]  # fmt: skip
    rows = updates_chart(updates, today=TODAY).rows
    assert [(row["day"], row["changes"], row["confirmations"], row["total"]) for row in rows] == [
        (first, 1, 0, 1), (TODAY, 1, 2, 3),
    ]  # fmt: skip
    assert [row["weekday"] for row in rows] == ["Mon", "Wed"]
    assert updates_chart([], today=TODAY) is None


@pytest.fixture
def trial(db):
    return a_trial(1, overall_status="RECRUITING")


def a_site_with_history(trial, number: int):
    site = a_site(trial, a_facility(number, name=f"Hospital {number}"), status="NOT_YET_RECRUITING", since="2026-01-01")
    an_event(site, "RECRUITING", "2026-03-02", as_of="2026-03-02")
    a_confirmation(site, date(2026, 11, 2), status="RECRUITING")
    return site


def test_the_page_has_three_pictures_with_tables_and_a_row_for_each_site(client, trial):
    for number in (1, 2, 3):
        a_site_with_history(trial, number)
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False):
        response = client.get(PAGE)
    html, text = response.content.decode(), text_of(response)
    assert html.count('class="chart-picture"') == 6
    assert "Not yet recruiting 60 60 60 3 0" in text
    assert "2 Nov 2026 Mon 0 3 3" in text
    assert "18 Nov 2026 3 0" in text
    assert "Hospital 1" in text
    assert "261 so far" in text


def test_the_milestones_have_their_date_and_a_word_for_its_certainty(client, trial):
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(
            start_on="2026-01-15", start_type="ACTUAL", primary_completion_on="2026-10", completion_on="2027-05",
            primary_completion_type="ESTIMATED", completion_type="ESTIMATED", first_posted_on="2025-12-01",
        )  # fmt: skip
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False):
        text = text_of(client.get(PAGE))
    assert (
        "First posted 1 December 2025 Posted Start 15 January 2026 Done Primary completion October 2026 Date passed, "
        "not confirmed Completion May 2027 Expected"
    ) in text


def test_what_is_held_back_from_the_public_is_in_no_figure(client, trial):
    closed = a_trial(2, overall_status="COMPLETED")
    a_site_with_history(closed, 1)
    page = "/trials/NCT00000002/history/"
    assert "No history yet" in text_of(client.get(page))
    client.force_login(a_manager())
    assert "Sites by status over time" in text_of(client.get(page))


def test_the_page_is_visible_like_its_trial_and_refuses_parameters(client, trial):
    a_trial(2, is_public=False)
    assert client.get("/trials/NCT00000002/history/").status_code == 404
    assert client.get(f"{PAGE}?week=1").status_code == 400


def test_the_number_of_queries_does_not_depend_on_the_number_of_sites(client, trial):
    for number in (1, 2):
        a_site_with_history(trial, number)
    few = queries_of(client, PAGE)
    for number in range(3, 12):
        a_site_with_history(trial, number)
    assert queries_of(client, PAGE) == few
