"""The board of a trial as of a past day, in force and as recorded."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from history.authorship import authored
from sites.models import StatusEvent
from tests.factories import (
    a_confirmation,
    a_contact,
    a_facility,
    a_manager,
    a_report,
    a_site,
    a_trial,
    an_event,
)
from tests.pages.html_reader import queries_of, read, rows_of, text_of

pytestmark = pytest.mark.django_db
BOARD = "/trials/NCT00000001/sites/"
IN_FORCE = f"{BOARD}?as_of=2026-03-10"
RECORDED = f"{IN_FORCE}&as=recorded"


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING")


@pytest.fixture
def lyon(trial):
    """Recruiting since 3 March, which was recorded on 20 March; suspended since April."""
    site = a_site(trial, a_facility(1, name="Lyon Hospital"))
    an_event(site, "NOT_YET_RECRUITING", "2026-01", recorded_at=at("2026-01-15"))
    an_event(site, "RECRUITING", "2026-03-03", as_of="2026-03-20", recorded_at=at("2026-03-20"))
    an_event(site, "SUSPENDED", "2026-04-01", recorded_at=at("2026-04-01"))
    site.refresh_from_db()
    return site


def row(client, address: str) -> str:
    (only,) = rows_of(client.get(address))
    return only


def test_both_meanings_of_a_past_day(client, lyon):
    assert "Recruiting 3 March 2026" in row(client, IN_FORCE)
    assert "Not yet recruiting January 2026" in row(client, RECORDED)
    assert "Suspended" in row(client, BOARD)
    assert "Recruiting 3 March 2026" in row(client, f"{BOARD}?as_of=2026-03-20&as=recorded")


def test_a_correction_counts_from_the_day_on_which_it_was_recorded(client, lyon):
    wrong = StatusEvent.objects.get(status="RECRUITING")
    an_event(
        lyon, "ENROLLING_BY_INVITATION", "2026-03-05", as_of="2026-03-20", corrects=wrong, reason="Wrong code",
        recorded_at=at("2026-05-01"),
    )  # fmt: skip
    assert "By invitation only 5 March 2026" in row(client, f"{BOARD}?as_of=2026-03-25")
    assert "Recruiting 3 March 2026" in row(client, f"{BOARD}?as_of=2026-03-25&as=recorded")
    assert "Not yet recruiting" in row(client, f"{BOARD}?as_of=2026-03-04")


def test_nothing_on_record_is_not_known(client, lyon):
    assert "Not known" in row(client, f"{BOARD}?as_of=2025-12-31")
    assert "Not known" in row(client, f"{BOARD}?as_of=2026-01-14&as=recorded")
    page = text_of(client.get(f"{BOARD}?as_of=2025-12-31"))
    assert "1 not known" in page
    assert row(client, f"{BOARD}?as_of=2025-12-31&status=NOT_KNOWN")


def test_a_confirmation_counts_once_it_was_made_and_while_it_stood(client, trial):
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01-01")
    a_confirmation(site, date(2026, 2, 1), recorded_at=at("2026-02-01"))
    a_confirmation(site, date(2026, 3, 1), recorded_at=at("2026-03-20"))
    assert "1 March 2026 9 days before" in row(client, IN_FORCE)
    assert "1 February 2026 12 days before" in row(client, f"{BOARD}?as_of=2026-02-13")
    assert "Not confirmed by then" in row(client, f"{BOARD}?as_of=2026-01-20")


def test_an_undone_confirmation_had_been_recorded(client, lyon):
    confirmation = a_confirmation(lyon, date(2026, 3, 21), status="RECRUITING", recorded_at=at("2026-03-21"))
    with authored("test"):
        confirmation.undone_at = at("2026-03-25")
        confirmation.save(update_fields=["undone_at"])
    assert "21 March 2026" in row(client, f"{BOARD}?as_of=2026-03-23&as=recorded")
    assert "Not confirmed by then" in row(client, f"{BOARD}?as_of=2026-03-23")
    assert "Not confirmed by then" in row(client, f"{BOARD}?as_of=2026-03-26&as=recorded")


def test_filters_counts_sorting_and_csv_are_those_of_the_day(client, trial, lyon):
    bristol = a_site(trial, a_facility(2, name="Bristol Hospital"))
    an_event(bristol, "NOT_YET_RECRUITING", "2026-02-01", recorded_at=at("2026-02-01"))
    a_confirmation(bristol, date(2026, 3, 1), status="NOT_YET_RECRUITING", recorded_at=at("2026-03-01"))
    assert "2 sites 1 recruiting 1 not yet recruiting" in text_of(client.get(IN_FORCE))
    assert "Lyon" in row(client, f"{IN_FORCE}&status=RECRUITING")
    assert "Bristol" in row(client, f"{IN_FORCE}&confirmed=fresh")
    assert "Lyon" in row(client, f"{IN_FORCE}&confirmed=never")
    first, _ = rows_of(client.get(f"{IN_FORCE}&sort=since"))
    assert "Bristol" in first
    response = client.get(f"{IN_FORCE}&format=csv&sort=site")
    assert "NCT00000001-sites-2026-03-10-in_force.csv" in response.headers["Content-Disposition"]
    _, cells = csv.reader(io.StringIO(client.get(f"{IN_FORCE}&format=csv&status=RECRUITING").content.decode()))
    assert cells[5:9] == ["Recruiting", "2026-03-03", "2026-03-20", ""]
    assert cells[-2:] == ["2026-03-10", "in_force"]


def test_the_banner_says_the_meaning_and_links_to_the_other_and_to_today(client, lyon):
    page = client.get(f"{RECORDED}&status=NOT_YET_RECRUITING")
    assert "Site statuses as recorded by the end of 10 March 2026." in text_of(page)
    links = read(page).links
    assert f"{BOARD}?as_of=2026-03-10&status=NOT_YET_RECRUITING&as=in_force" in links
    assert f"{BOARD}?status=NOT_YET_RECRUITING" in links
    assert "Site statuses in force on 10 March 2026, as known today." in text_of(client.get(IN_FORCE))
    assert "Overall status: Not known" in text_of(client.get(IN_FORCE))


def test_contacts_of_today_are_not_shown_of_a_past_day(client, trial):
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01-01")
    a_contact(site=site, name="Ana Lyon")
    assert "Ana Lyon" in row(client, BOARD)
    assert "Ana Lyon" not in text_of(client.get(IN_FORCE))
    assert "Ana Lyon" not in client.get(f"{IN_FORCE}&format=csv").content.decode()


def test_a_status_held_back_today_stays_held_back(client, lyon):
    trial = lyon.trial
    trial.overall_status = "COMPLETED"
    with authored("test"):
        trial.save()
    assert "Recruiting 3 March" not in row(client, IN_FORCE)
    client.force_login(a_manager())
    assert "Recruiting 3 March" in row(client, IN_FORCE)


def test_enrollment_is_that_of_the_last_month_that_had_ended(client, lyon):
    for month, enrolled in (("2026-01", 3), ("2026-02", 5), ("2026-03", 9)):
        a_report(lyon, month, enrolled=enrolled)
    client.force_login(a_manager())
    assert client.get(IN_FORCE).context["rows"][0].site.enrolled == 5
    assert client.get(f"{BOARD}?as_of=2026-03-31").context["rows"][0].site.enrolled == 9
    assert client.get(RECORDED).context["rows"][0].site.enrolled is None
    assert "Not known" in row(client, RECORDED)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("as=recorded", "as"),
        ("as_of=2026-03-10&as=known", "as"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2026-02-30", "as_of"),
        ("as_of=2026-11-23", "as_of"),
    ],
)
def test_a_bad_day_or_meaning_is_refused_by_name(client, lyon, question, name):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        response = client.get(f"{BOARD}?{question}")
    assert response.status_code == 400
    assert name in text_of(response)


def test_today_may_be_asked_for(client, lyon):
    assert "Suspended" in row(client, f"{BOARD}?as_of={timezone.localdate()}")


def test_the_number_of_queries_of_a_past_day_does_not_depend_on_the_size(client, trial):
    def more_sites(numbers):
        for number in numbers:
            site = a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-03")
            a_confirmation(site, date(2026, 2, 1))

    more_sites(range(1, 4))
    client.force_login(a_manager())
    few = queries_of(client, RECORDED)
    more_sites(range(4, 20))
    assert queries_of(client, RECORDED) == few
    assert queries_of(client, IN_FORCE) <= few <= 16
