"""Public reports as tasks of coordinators, and closing them."""

import pytest

from tests.factories import a_contact, a_facility, a_site, a_user, make
from tests.pages.html_reader import RAW_CODE, queries_of, read, text_of
from tests.work.my_work_fixtures import a_recruiting_trial, make_coordinator
from work.models import PublicReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return a_site(a_recruiting_trial(1), a_facility(1), status="RECRUITING", since="2026-01-01")


def a_public_report(site=None, **values) -> PublicReport:
    defaults = {"fault": "STATUS", "message": "Closed since May", "email": "reader@example.org", "sender": "abc"}
    place = {"trial": site.trial, "trial_site": site} if site else {}
    return make(PublicReport, **defaults | place | values)


def work_items_of(client, user) -> bool:
    client.force_login(user)
    return "Public report: the status is out of date" in text_of(client.get("/work/"))


def test_a_report_is_a_task_of_the_site_coordinator_and_not_of_the_trials(client, site):
    report = a_public_report(site)
    ana, lead = make_coordinator(site, name="ana"), make_coordinator(trial=site.trial, name="lead")
    assert work_items_of(client, ana)
    assert not work_items_of(client, lead)
    assert client.get(report.get_absolute_url()).status_code == 200, "but the trial's coordinator may read it"


def test_a_report_about_a_site_without_a_coordinator_goes_to_the_trials(client, site):
    a_public_report(site)
    assert work_items_of(client, make_coordinator(trial=site.trial, name="lead"))


def test_a_report_about_the_trial_goes_to_the_trial_coordinator(client, site):
    a_public_report(trial=site.trial)
    make_coordinator(site, name="ana")
    assert work_items_of(client, make_coordinator(trial=site.trial, name="lead"))


def test_a_report_is_a_404_for_others(client, site):
    report = a_public_report(site)
    assert not work_items_of(client, a_user("stranger"))
    for answer in (client.get(report.get_absolute_url()), client.get("/work/reports/999999/")):
        assert answer.status_code == 404
    assert client.post(report.get_absolute_url(), {"outcome": "RIGHT"}).status_code == 404


def test_the_page_shows_the_report_the_record_and_links_to_fix_it(client, site):
    contact = a_contact(site=site, name="Ana Lyon")
    report = a_public_report(site, fault="CONTACT", contact=contact)
    client.force_login(make_coordinator(site))
    page = client.get(report.get_absolute_url())
    for words in ("Closed since May", "reader@example.org", "Ana Lyon", "Recruiting since 1 January 2026"):
        assert words in text_of(page)
    assert f"/admin/contacts/person/{contact.person_id}/change/" in read(page).links
    assert f"/work/sites/{site.pk}/change/" in read(page).links
    assert RAW_CODE.findall(text_of(page)) == []


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("RIGHT", "record is correct"), ("RESOLVED", "resolved"), ("NOT_OURS", "not our responsibility")],
)
def test_closing_clears_the_sender_and_the_task(client, site, outcome, words):
    report = a_public_report(site)
    user = make_coordinator(site)
    client.force_login(user)
    client.post(report.get_absolute_url(), {"outcome": outcome})
    report.refresh_from_db()
    assert (report.outcome, report.closed_by, report.email, report.sender) == (outcome, user.actor, "", "")
    assert not work_items_of(client, user)
    page = text_of(client.get(report.get_absolute_url()))
    assert f"Closed: {words} ." in page


def test_a_report_is_closed_once_and_a_second_close_shows_the_outcome(client, site):
    report = a_public_report(site)
    client.force_login(make_coordinator(site, name="ana"))
    for _ in range(2):
        client.post(report.get_absolute_url(), {"outcome": "RIGHT"})
    client.force_login(make_coordinator(trial=site.trial, name="lead"))
    page = client.post(report.get_absolute_url(), {"outcome": "NOT_OURS"}, follow=True)
    assert "Already closed: record is correct." in text_of(page)
    report.refresh_from_db()
    assert report.outcome == "RIGHT"


def test_an_unknown_outcome_is_refused(client, site):
    report = a_public_report(site)
    client.force_login(make_coordinator(site))
    assert client.post(report.get_absolute_url(), {"outcome": "EXPLODE"}).status_code == 400


@pytest.mark.parametrize("number", [2, 20])
def test_the_number_of_queries_does_not_grow_with_the_reports(client, site, number):
    client.force_login(make_coordinator(site))
    for _ in range(number):
        a_public_report(site)
    assert queries_of(client, "/work/") == 21
