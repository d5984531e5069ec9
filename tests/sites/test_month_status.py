"""Monthly reports: which sites owe them, and where they are shown as tasks."""

from datetime import date

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from common.partial_dates import PartialDate
from common.rule_types import violations
from history.authorship import authored
from sites.enrollment.overview import month_reports
from sites.rules import REPORTING_RULES, MonthlyReportInput, owes_report
from sites.services import correct_status, lock_month, unlock_month
from tests.factories import a_facility, a_manager, a_report, a_site, an_event
from tests.pages.html_reader import queries_of, text_of
from tests.sites.enrollment_grid_helpers import make_director, make_trial_with_sites
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.reminders.digests import send_reminders

pytestmark = pytest.mark.django_db
OCTOBER = PartialDate("2026-10")
NOT_REPORTED = "Enrollment of October 2026 not reported"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-11-05 09:00")


def month(**values) -> MonthlyReportInput:
    return MonthlyReportInput(OCTOBER, date(2026, 11, 10), **{"was_open": True} | values)


@pytest.mark.parametrize(
    ("values", "owes"),
    [
        ({}, True),
        ({"was_open": False}, False),
        ({"was_open": False, "people_in_study": 3}, True),
        ({"was_open": False, "people_in_study": 0}, False),
        ({"is_reported": True}, False),
        ({"is_locked": True}, False),
    ],
)
def test_which_sites_owe_a_report(values, owes):
    assert owes_report(month(**values)) is owes


def test_the_rule_is_violated_after_the_due_date():
    assert violations(REPORTING_RULES, month(), on=date(2026, 11, 10)) == []
    assert [rule.id for rule in violations(REPORTING_RULES, month(), on=date(2026, 11, 11))] == ["month-is-reported"]


def my_work(client, user) -> str:
    client.force_login(user)
    return text_of(client.get("/work/"))


def a_fresh_site(trial, number: int, **values):
    """A recruiting site without an overdue confirmation."""
    return a_confirmed_site(trial, number, 3, **values)


def test_a_missing_report_is_a_task_with_a_due_date_and_a_link(client):
    site = a_fresh_site(a_recruiting_trial(), 1, enrollment_target=9)
    text = my_work(client, make_coordinator(site))
    assert f"{NOT_REPORTED} (no report yet)" in text
    assert "Enter October 2026" in text
    assert "No tasks due" not in text
    a_report(site, "2026-10", enrolled=0)
    assert NOT_REPORTED not in my_work(client, site.assignments.get().user)


def test_the_last_report_with_counts_is_named(client):
    site = a_fresh_site(a_recruiting_trial(), 1)
    a_report(site, "2026-07", enrolled=4)
    a_report(site, "2026-10")
    assert f"{NOT_REPORTED} (last report July 2026)" in my_work(client, make_coordinator(site))


def test_a_trial_without_enrollment_data_has_no_report_tasks(client):
    site = a_fresh_site(a_recruiting_trial(), 1)
    assert "No tasks due" in my_work(client, make_coordinator(site))


def test_a_site_that_closed_in_the_month_owes_it_and_one_that_closed_before_does_not(client):
    trial = a_recruiting_trial()
    late, early = (a_fresh_site(trial, number, enrollment_target=9) for number in (1, 2))
    an_event(late, "ACTIVE_NOT_RECRUITING", "2026-10-20")
    an_event(early, "ACTIVE_NOT_RECRUITING", "2026-09-30")
    text = my_work(client, make_coordinator(late, early))
    assert text.count(NOT_REPORTED) >= 1
    assert "Hospital 1" in text.split(NOT_REPORTED)[1][:200]
    a_report(late, "2026-10", enrolled=0)
    assert NOT_REPORTED not in my_work(client, late.assignments.get().user)


def owes(site) -> bool:
    site.refresh_from_db()
    return month_reports([site], today=date(2026, 11, 5)).missing_sites == [site]


def test_a_site_that_closed_on_the_first_of_the_month_owes_it():
    site = a_fresh_site(a_recruiting_trial(), 1, enrollment_target=9)
    an_event(site, "ACTIVE_NOT_RECRUITING", "2026-10-01")
    assert owes(site)


def test_a_corrected_status_does_not_count_as_open():
    trial = a_recruiting_trial()
    site = a_site(trial, a_facility(1), status="NOT_YET_RECRUITING", since="2026-01-01", enrollment_target=9)
    wrong = an_event(site, "RECRUITING", "2026-09-01")
    assert owes(site)
    correct_status(wrong, to="RECRUITING", effective_on="2026-11-02", author="user:1", reason="It opened later")
    assert not owes(site)


def test_a_status_known_later_replaces_those_after_its_date():
    site = a_fresh_site(a_recruiting_trial(), 1, enrollment_target=9)
    an_event(site, "SUSPENDED", "2026-10-20", "2026-10-21")
    assert owes(site)
    an_event(site, "ACTIVE_NOT_RECRUITING", "2026-09-01", "2026-10-25")
    assert not owes(site)


def test_an_ended_site_owes_no_report():
    site = a_site(a_recruiting_trial(), a_facility(1), status="COMPLETED", since="2026-03-01")
    a_report(site, "2026-02", enrolled=5, completed=2)
    assert not owes(site)


def test_a_locked_month_is_not_owed_until_it_is_unlocked():
    site = a_fresh_site(a_recruiting_trial(), 1, enrollment_target=9)
    lock_month(site.trial, month=OCTOBER, author="user:7")
    assert not owes(site)
    unlock_month(site.trial, month=OCTOBER, author="user:7", reason="A form was found")
    assert owes(site)


def test_people_in_the_study_are_reported_after_enrollment_has_closed(client):
    site = a_site(a_recruiting_trial(), a_facility(1), status="ACTIVE_NOT_RECRUITING", since="2026-03-01")
    a_report(site, "2026-09", enrolled=5, completed=2)
    assert NOT_REPORTED in my_work(client, make_coordinator(site))


def test_the_mail_lists_it_beside_more_urgent_tasks(client):
    site = a_confirmed_site(a_recruiting_trial(), 1, 60, enrollment_target=9)
    with authored("test"):
        User.objects.filter(pk=make_coordinator(site).pk).update(email="site@example.org")
    send_reminders(now=timezone.localtime())
    [message] = mail.outbox
    assert "Confirmation overdue · 30 days" in message.body
    assert f"{NOT_REPORTED} (no report yet) (due 10 November 2026)" in message.body


@pytest.fixture
def reporting_trial():
    """Three recruiting sites, of which one has reported; a fourth has not opened."""
    trial, sites = make_trial_with_sites(0)
    sites = [a_fresh_site(trial, number) for number in (1, 2, 3)]
    a_site(trial, a_facility(4), status="NOT_YET_RECRUITING", since="2026-01-01")
    a_report(sites[0], "2026-10", enrolled=4)
    return trial, sites


@pytest.mark.parametrize("section", ["enrollment", "sites"])
def test_the_pages_of_a_trial_show_reported_and_missing_sites(client, reporting_trial, section):
    trial, _ = reporting_trial
    address = f"/trials/{trial.key}/{section}/"
    client.force_login(make_director(trial))
    text = text_of(client.get(address))
    assert "1 of 3 sites reported October 2026 · due 10 November 2026" in text
    missing = text.split("Not reported (2)")[1]
    assert "Hospital 2" in missing
    client.logout()
    assert "reported October" not in text_of(client.get(f"/trials/{trial.key}/sites/"))


def test_a_site_coordinator_sees_the_reports_of_own_sites_only(client, reporting_trial):
    trial, sites = reporting_trial
    client.force_login(make_coordinator(sites[1]))
    assert "0 of your 1 site reported October 2026" in text_of(client.get(f"/trials/{trial.key}/sites/"))


@pytest.mark.parametrize("section", ["enrollment", "sites"])
def test_the_queries_do_not_grow_with_the_sites(client, reporting_trial, section):
    trial, _ = reporting_trial
    client.force_login(a_manager())
    address = f"/trials/{trial.key}/{section}/"
    before = queries_of(client, address)
    for number in range(10, 30):
        a_fresh_site(trial, number)
    assert queries_of(client, address) == before
