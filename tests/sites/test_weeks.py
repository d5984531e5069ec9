"""Sites of a trial by week."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from sites.weeks.grid import LETTERS, WeekCell, week_cells, week_ends
from tests.factories import a_confirmation, a_facility, a_manager, a_site, a_trial, an_event
from tests.pages.html_reader import queries_of, rows_of, text_of
from trials.choices import NOT_KNOWN

PAGE = "/trials/NCT00000001/weeks/"


def event(status: str, since: str) -> SimpleNamespace:
    return SimpleNamespace(status=status, effective_on=since, as_of=since)


def test_weeks_end_on_sundays_and_the_current_one_today():
    assert week_ends(date(2026, 11, 18), today=date(2026, 11, 18), count=3) == [
        date(2026, 11, 8), date(2026, 11, 15), date(2026, 11, 18),
    ]  # fmt: skip


def test_a_cell_is_the_status_then_and_hatched_without_a_recent_confirmation():
    days = [date(2026, 1, 4), date(2026, 1, 11), date(2026, 2, 1), date(2026, 2, 22), date(2026, 3, 1)]
    events = [event("RECRUITING", "2026-01-10"), event("COMPLETED", "2026-02-25")]
    cells = week_cells(events, [(date(2026, 1, 10), "RECRUITING")], days)
    assert cells == [
        WeekCell(NOT_KNOWN, False), WeekCell("RECRUITING", False, 1), WeekCell("RECRUITING", False, 22),
        WeekCell("RECRUITING", True, 43), WeekCell("COMPLETED", False),
    ]  # fmt: skip
    assert [cell.letter for cell in cells] == ["·", "R", "R", "R", "C"]
    assert [cell.age_step for cell in cells] == ["age-none", "age-0", "age-1", "age-2", "age-none"]
    assert [cell.age_mark for cell in cells] == ["·", "1", "22", "43", "·"]
    assert cells[1].age_text == "Recruiting, confirmed 1 day before"


def test_the_steps_of_age_end_at_15_30_and_90_days():
    steps = [WeekCell("RECRUITING", False, days).age_step for days in (15, 16, 30, 31, 90, 91)]
    assert steps == ["age-0", "age-1", "age-1", "age-2", "age-2", "age-3"]
    assert WeekCell("RECRUITING", True).age_step == "age-never"


def test_a_later_confirmation_does_not_change_an_earlier_week():
    days = [date(2026, 3, 1), date(2026, 4, 5)]
    confirmations = [(date(2026, 1, 10), "RECRUITING"), (date(2026, 4, 1), "RECRUITING")]
    cells = week_cells([event("RECRUITING", "2026-01-10")], confirmations, days)
    assert [(cell.is_unconfirmed, cell.days) for cell in cells] == [(True, 50), (False, 4)]


def test_a_confirmation_of_another_status_does_not_count():
    (cell,) = week_cells([event("RECRUITING", "2026-01-10")], [(date(2026, 1, 9), "SUSPENDED")], [date(2026, 1, 11)])
    assert cell.is_unconfirmed


def test_every_status_has_a_letter_of_its_own():
    assert len(set(LETTERS.values())) == len(LETTERS)


@pytest.fixture
def trial(db):
    return a_trial(1, overall_status="RECRUITING")


def test_the_page_has_a_row_for_each_site(client, trial):
    site = a_site(trial, a_facility(1, name="Lyon Hospital"), status="NOT_YET_RECRUITING", since="2026-01-01")
    an_event(site, "RECRUITING", "2026-10-01")
    a_confirmation(site, date(2026, 10, 1), status="RECRUITING")
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False):
        (row,) = rows_of(client.get(PAGE))
    assert row.startswith("Lyon Hospital Lyon, France N Not yet recruiting, not confirmed N")
    assert "R Recruiting R Recruiting" in row
    assert row.endswith("R Recruiting, not confirmed")
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False):
        (earlier,) = rows_of(client.get(f"{PAGE}?until=2026-02-01"))
    assert earlier.count("· Not known") == 21  # the event is of the week that ended on 4 January


def test_the_page_shows_the_age_of_confirmations_on_request(client, trial):
    site = a_site(trial, a_facility(1, name="Lyon Hospital"), status="RECRUITING", since="2026-10-01")
    a_confirmation(site, date(2026, 11, 8), status="RECRUITING")
    with time_machine.travel("2026-11-18T12:00:00Z", tick=False):
        (row,) = rows_of(client.get(f"{PAGE}?show=age"))
    assert row.endswith("– Recruiting, never confirmed 0 Recruiting, confirmed 0 days before "
                        "7 Recruiting, confirmed 7 days before 10 Recruiting, confirmed 10 days before")  # fmt: skip


def test_a_status_that_is_held_back_is_not_shown_to_the_public(client, trial):
    closed = a_trial(2, overall_status="COMPLETED")
    a_site(closed, a_facility(1), status="RECRUITING", since="2026-01-01")
    assert "R Recruiting" not in rows_of(client.get("/trials/NCT00000002/weeks/"))[0]
    client.force_login(a_manager())
    assert "R Recruiting" in rows_of(client.get("/trials/NCT00000002/weeks/"))[0]


@pytest.mark.parametrize(
    "question", ["until=soon", "until=2999-01-01", "until=2026-01-01&until=2026-01-02", "week=1", "page=9", "show=x"]
)
def test_a_bad_parameter_is_refused_by_name(client, trial, question):
    a_site(trial, a_facility(1))
    response = client.get(f"{PAGE}?{question}")
    assert response.status_code == 400
    assert question.partition("=")[0] in text_of(response).lower()


def test_the_page_is_visible_like_its_trial(client, trial):
    a_trial(2, is_public=False)
    assert client.get("/trials/NCT00000002/weeks/").status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_number_of_sites(client, trial):
    def more(numbers):
        for number in numbers:
            site = a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-01")
            a_confirmation(site, date.today() - timedelta(days=3))

    more(range(1, 3))
    few = queries_of(client, PAGE)
    more(range(3, 20))
    assert queries_of(client, PAGE) == few
