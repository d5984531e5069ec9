"""The public form of a report: without sign-in and JavaScript, and never published."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from history.authorship import authored
from tests.api.conftest import ask, key, partner  # noqa: F401 - fixtures
from tests.factories import a_contact, a_facility, a_site, a_trial
from tests.pages.html_reader import read, text_of
from tests.work.my_work_fixtures import a_recruiting_trial
from work.models import PublicReport

pytestmark = pytest.mark.django_db
CANARY = "canary5e1b"


@pytest.fixture
def site():
    return a_site(a_recruiting_trial(1), a_facility(1), status="RECRUITING", since="2026-01-01")


def form_of(site, **more) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"site": site.pk, **more}.items())
    return f"/trials/{site.trial.key}/report/?{query}"


def report_form_data(**more) -> dict:
    return {"fault": "STATUS", "message": f"Closed since May {CANARY}", "email": f"{CANARY}@example.org"} | more


def test_the_trial_page_has_a_link_for_the_trial_and_each_site(client, site):
    contact, central = a_contact(site=site), a_contact(trial=site.trial)
    page = read(client.get(f"/trials/{site.trial.key}/"))
    report = f"/trials/{site.trial.key}/report/"
    assert [link for link in page.links if "/report/" in link] == [report, f"{report}?site={site.pk}"]
    text = text_of(client.get(f"/trials/{site.trial.key}/"))
    assert "is wrong" not in text
    assert "out of date" not in text
    for address in ("", f"?site={site.pk}", f"?site={site.pk}&contact={contact.pk}", f"?contact={central.pk}"):
        assert client.get(report + address).status_code == 200


def test_the_form_offers_the_contacts_to_choose_from(client, site):
    first, second = a_contact(site=site, name="Ana First"), a_contact(site=site, name="Bo Second")
    page = text_of(client.get(form_of(site)))
    assert "Report a problem with this site" in page
    for words in ("Which contact?", "Ana First", "Bo Second"):
        assert words in page
    client.post(form_of(site), report_form_data(fault="CONTACT", who=second.pk), follow=True)
    assert PublicReport.objects.get().contact == second
    client.post(form_of(site), report_form_data(fault="STATUS", who=first.pk), follow=True)
    assert PublicReport.objects.latest("pk").contact is None
    client.post(form_of(site), report_form_data(fault="CONTACT", message="Both"), follow=True)
    assert PublicReport.objects.latest("pk").contact is None


def test_a_single_contact_is_selected_automatically(client, site):
    contact = a_contact(site=site)
    client.post(form_of(site), report_form_data(fault="CONTACT"), follow=True)
    assert PublicReport.objects.get().contact == contact


def test_a_contact_that_is_not_public_cannot_be_selected(client, site):
    a_contact(site=site)
    elsewhere = a_contact(trial=site.trial)
    page = client.post(form_of(site), report_form_data(fault="CONTACT", who=elsewhere.pk))
    assert page.status_code == 200
    assert not PublicReport.objects.exists()


def test_a_report_is_saved_and_the_thanks_page_shown(client, site):
    contact = a_contact(site=site)
    page = client.post(form_of(site, contact=contact.pk), report_form_data(fault="CONTACT"), follow=True)
    assert "Thank you" in text_of(page)
    report = PublicReport.objects.get()
    assert (report.trial, report.trial_site, report.contact, report.fault) == (site.trial, site, contact, "CONTACT")
    assert report.email == f"{CANARY}@example.org"


def test_an_incomplete_or_too_long_report_has_error_messages(client, site):
    page = text_of(client.post(form_of(site), report_form_data(fault="", message="x" * 1001)))
    assert "This field is required." in page
    assert "at most 1000 characters" in page
    assert not PublicReport.objects.exists()


def test_a_report_of_a_bot_is_not_saved(client, site):
    page = client.post(form_of(site), report_form_data(website="https://spam.example"), follow=True)
    assert "Thank you" in text_of(page)
    assert not PublicReport.objects.exists()


def test_a_repeated_report_is_saved_once(client, site):
    for _ in range(2):
        assert client.post(form_of(site), report_form_data()).status_code == 302
    assert PublicReport.objects.count() == 1


def test_reports_of_one_address_are_limited_per_hour(client, site, settings):
    settings.REPORTS_PER_HOUR = 2
    answers = [
        client.post(form_of(site), report_form_data(message=f"Number {number}")).status_code for number in range(3)
    ]
    assert answers == [302, 302, 429]
    assert client.post(form_of(site), report_form_data(message="x"), REMOTE_ADDR="192.0.2.7").status_code == 302
    with authored("test"):
        PublicReport.objects.update(reported_at=timezone.now() - timedelta(hours=2))
    assert client.post(form_of(site), report_form_data(message="Number 4")).status_code == 302


@pytest.mark.parametrize(("behind", "answers"), [(True, [302, 302, 429]), (False, [302, 429, 429])])
def test_behind_a_proxy_the_address_is_the_last_forwarded_one(client, site, settings, behind, answers):
    settings.REPORTS_PER_HOUR, settings.BEHIND_PROXY = 1, behind
    seen = ["10.0.0.1, 192.0.2.1", "10.0.0.1, 192.0.2.2", "10.9.9.9, 192.0.2.1"]
    sent = [
        client.post(form_of(site), report_form_data(message=address), headers={"X-Forwarded-For": address})
        for address in seen
    ]
    assert [answer.status_code for answer in sent] == answers


def test_an_unpublished_trial_is_a_404(client):
    hidden = a_site(a_trial(2, is_public=False), a_facility(2))
    for address in (form_of(hidden), "/trials/NCT99999999/report/", "/trials/NCT00000002/reported/"):
        assert client.get(address).status_code == 404
        assert client.post(address, report_form_data()).status_code in (404, 405)
    assert not PublicReport.objects.exists()


def test_a_site_or_contact_of_another_trial_is_a_404(client, site):
    other = a_site(a_recruiting_trial(3), a_facility(3))
    contact = a_contact(site=other)
    report = f"/trials/{site.trial.key}/report/"
    assert client.get(f"{report}?site={other.pk}").status_code == 404
    assert client.get(f"{report}?site={site.pk}&contact={contact.pk}").status_code == 404
    assert client.get(f"{report}?contact={contact.pk}").status_code == 404


@pytest.mark.parametrize("question", ["site=x", "site=1e3", "sight=1"])
def test_invalid_parameters_are_refused(client, site, question):
    assert client.get(f"/trials/{site.trial.key}/report/?{question}").status_code == 400


def test_a_hidden_contact_cannot_be_reported_by_its_id(client):
    site = a_site(a_trial(4, overall_status="COMPLETED"), a_facility(4), status="COMPLETED")
    assert client.get(form_of(site, contact=a_contact(site=site).pk)).status_code == 404


def test_a_report_is_neither_public_nor_in_the_audit_trail(client, ask, site):  # noqa: F811
    client.post(form_of(site), report_form_data())
    key_of, facility = site.trial.key, site.facility.slug
    pages = ["/", f"/trials/{key_of}/", f"/trials/{key_of}/sites/", f"/facilities/{facility}/", form_of(site)]
    api = ["trials/", f"trials/{key_of}/", "sites/", f"sites/{site.pk}/", "facilities/"]
    answers = [client.get(page) for page in [*pages, f"/trials/{key_of}/reported/"]]
    answers += [ask(f"/api/v1/{address}") for address in api]
    assert {answer.status_code for answer in answers} == {200}
    assert not [answer.request["PATH_INFO"] for answer in answers if CANARY in answer.content.decode()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE t::text LIKE %s), count(*) FROM work_publicreport_trail t",
                       [f"%{CANARY}%"])  # fmt: skip
        assert cursor.fetchone() == (0, 1)


def test_the_sender_is_cleared_after_ninety_days(client, site, capsys):
    client.post(form_of(site), report_form_data())
    with authored("test"):
        PublicReport.objects.update(reported_at=timezone.now() - timedelta(days=91))
    call_command("forget_reports")
    assert capsys.readouterr().out.strip() == "forgotten=1"
    report = PublicReport.objects.get()
    assert (report.email, report.sender, CANARY in report.message) == ("", "", True)
