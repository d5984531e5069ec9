"""A report on the list of those who can mend it, and how it is closed."""

import pytest

from tests.factories import a_contact, a_facility, a_site, a_user, make
from tests.pages.reading import RAW_CODE, queries_of, read, text_of
from tests.work.mornings import a_coordinator_of, a_recruiting_trial
from work.models import PublicReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return a_site(a_recruiting_trial(1), a_facility(1), status="RECRUITING", since="2026-01-01")


def a_public_report(site=None, **values) -> PublicReport:
    said = {"fault": "STATUS", "message": "Closed since May", "email": "reader@example.org", "sender": "abc"}
    place = {"trial": site.trial, "trial_site": site} if site else {}
    return make(PublicReport, **said | place | values)


def on_the_list_of(client, user) -> bool:
    client.force_login(user)
    return "Somebody says: the status is out of date" in text_of(client.get("/work/"))


def test_it_is_on_the_list_of_the_sites_coordinator_and_then_not_of_the_trials(client, site):
    report = a_public_report(site)
    ana, lead = a_coordinator_of(site, name="ana"), a_coordinator_of(trial=site.trial, name="lead")
    assert on_the_list_of(client, ana)
    assert not on_the_list_of(client, lead)
    assert client.get(report.get_absolute_url()).status_code == 200, "but the trial's coordinator may read it"


def test_where_a_site_has_no_coordinator_the_trials_has_it(client, site):
    a_public_report(site)
    assert on_the_list_of(client, a_coordinator_of(trial=site.trial, name="lead"))


def test_one_about_the_whole_study_is_the_trials(client, site):
    a_public_report(trial=site.trial)
    a_coordinator_of(site, name="ana")
    assert on_the_list_of(client, a_coordinator_of(trial=site.trial, name="lead"))


def test_nobody_else_has_it_or_finds_it(client, site):
    report = a_public_report(site)
    assert not on_the_list_of(client, a_user("stranger"))
    for answer in (client.get(report.get_absolute_url()), client.get("/work/reports/999999/")):
        assert answer.status_code == 404
    assert client.post(report.get_absolute_url(), {"outcome": "RIGHT"}).status_code == 404


def test_the_page_tells_what_is_said_what_stands_there_and_where_it_is_mended(client, site):
    contact = a_contact(site=site, name="Ana Lyon")
    report = a_public_report(site, fault="CONTACT", contact=contact)
    client.force_login(a_coordinator_of(site))
    page = client.get(report.get_absolute_url())
    for words in ("Closed since May", "reader@example.org", "Ana Lyon", "Recruiting since 1 January 2026"):
        assert words in text_of(page)
    assert f"/admin/contacts/person/{contact.person_id}/change/" in read(page).links
    assert f"/work/sites/{site.pk}/change/" in read(page).links
    assert RAW_CODE.findall(text_of(page)) == []


@pytest.mark.parametrize(
    ("outcome", "words"), [("RIGHT", "it is right as it stands"), ("MENDED", "mended"), ("NOT_OURS", "not for us")]
)
def test_closing_forgets_the_sender_and_takes_it_off_the_list(client, site, outcome, words):
    report = a_public_report(site)
    user = a_coordinator_of(site)
    client.force_login(user)
    client.post(report.get_absolute_url(), {"outcome": outcome})
    report.refresh_from_db()
    assert (report.outcome, report.closed_by, report.email, report.sender) == (outcome, user.actor, "", "")
    assert not on_the_list_of(client, user)
    page = text_of(client.get(report.get_absolute_url()))
    assert f"Closed: {words} ." in page


def test_closing_twice_is_once_and_the_second_reads_how_it_ended(client, site):
    report = a_public_report(site)
    client.force_login(a_coordinator_of(site, name="ana"))
    for _ in range(2):
        client.post(report.get_absolute_url(), {"outcome": "RIGHT"})
    client.force_login(a_coordinator_of(trial=site.trial, name="lead"))
    page = client.post(report.get_absolute_url(), {"outcome": "NOT_OURS"}, follow=True)
    assert "Closed already: it is right as it stands." in text_of(page)
    report.refresh_from_db()
    assert report.outcome == "RIGHT"


def test_an_outcome_that_no_page_offers_is_refused(client, site):
    report = a_public_report(site)
    client.force_login(a_coordinator_of(site))
    assert client.post(report.get_absolute_url(), {"outcome": "EXPLODE"}).status_code == 400


@pytest.mark.parametrize("number", [2, 20])
def test_my_work_takes_as_many_queries_for_many_reports(client, site, number):
    client.force_login(a_coordinator_of(site))
    for _ in range(number):
        a_public_report(site)
    assert queries_of(client, "/work/") == 21
