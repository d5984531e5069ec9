"""Date form fields: common notations are accepted, ambiguous dates are errors; query parameters take ISO text only."""

import json

import pytest
import time_machine
from knox.models import AuthToken

from contacts.models import Role
from history.authorship import authored
from sites.models import Milestone, StatusEvent
from tests.contacts.fixtures import a_person
from tests.factories import a_contact, a_partner, a_site, a_trial, a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import text_of
from tests.sites.test_milestones import sent_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    """A day after those that are typed here."""
    with time_machine.travel("2026-11-20T12:00Z", tick=False):
        yield


@pytest.fixture
def site(client):
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-01")
    user = a_user()
    assign(user, trial=site.trial)
    client.force_login(user)
    return site


def change(client, site, effective_on: str):
    sent = {"to": "SUSPENDED", "effective_on": effective_on, "why": "Ethics", "version": site.version}
    return client.post(f"/work/sites/{site.pk}/change/", sent)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("15/11/2026", "2026-11-15"),
        ("15.11.2026", "2026-11-15"),
        ("15 Nov 2026", "2026-11-15"),
        ("Nov 2026", "2026-11"),
        ("2026-11", "2026-11"),
        ("11/2026", "2026-11"),
    ],
)
def test_a_status_form_accepts_common_date_notations(client, site, typed, read):
    assert change(client, site, typed).status_code == 302
    assert StatusEvent.objects.latest("pk").effective_on == read


def test_an_ambiguous_date_is_an_error_that_names_both_readings(client, site):
    page = change(client, site, "03/04/2026")
    assert "“03/04/2026” can mean 4 March 2026 or 3 April 2026." in text_of(page)
    assert 'value="03/04/2026"' in page.content.decode()
    assert StatusEvent.objects.count() == 1


@pytest.mark.parametrize(("order", "read"), [("dmy", "2026-04-03"), ("mdy", "2026-03-04")])
def test_the_date_order_can_be_configured(client, site, settings, order, read):
    settings.DATE_ORDER = order
    change(client, site, "03/04/2026")
    assert StatusEvent.objects.latest("pk").effective_on == read


def test_a_day_of_a_milestone(client, site):
    page = f"/trials/{site.trial.key}/activation/{site.pk}/"
    sent = sent_back(client.get(page), **{"planned_on-CONTRACT": "15 Nov 2026"})
    assert client.post(page, sent).status_code == 302
    assert str(Milestone.objects.get().planned_on) == "2026-11-15"


def test_a_day_of_a_role(client, site):
    role = Role.objects.get(person=a_person("Ann Example", site))
    page = f"/people/roles/{role.pk}/end/"
    refused = client.post(page, form_of(client.get(page), "end_form", ends_before="03/04/2026"))
    assert "can mean 4 March 2026 or 3 April 2026" in text_of(refused)
    client.post(page, form_of(client.get(page), "end_form", ends_before="30.11.2026"))
    role.refresh_from_db()
    assert str(role.ends_before) == "2026-11-30"


def test_a_day_in_the_administration(client, site):
    client.force_login(a_user("administrator", is_superuser=True))
    person = a_contact(site=site).person
    page = f"/admin/contacts/person/{person.pk}/change/"
    client.post(page, form_of(client.get(page), "person_form", last_verified_on="15 Nov 2026"))
    person.refresh_from_db()
    assert str(person.last_verified_on) == "2026-11-15"


def test_the_same_date_in_another_form_is_no_change(client, site):
    client.force_login(a_user("administrator", is_superuser=True))
    page = f"/admin/trials/trial/{site.trial.pk}/change/"
    site.trial.refresh_from_db()
    client.post(page, form_of(client.get(page), "trial_form", start_on="Jan 2026"))
    site.trial.refresh_from_db()
    version = site.trial.version
    client.post(page, form_of(client.get(page), "trial_form", start_on="2026/01"))
    site.trial.refresh_from_db()
    assert (site.trial.start_on, site.trial.version) == ("2026-01", version)


@pytest.mark.parametrize("address", ["/api/v1/sites/?confirmed_since={}", "/api/v1/trials/?updated_since={}"])
@pytest.mark.parametrize("written", ["03/04/2026", "15 Nov 2026", "15.11.2026"])
def test_the_api_takes_iso_text_only(client, address, written):
    with authored("test"):
        key = AuthToken.objects.create(a_partner("partner").user)[1]
    answer = client.get(address.format(written), headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("15/11/2026", {"value": "2026-11-15", "words": "15 November 2026"}),
        ("Sept 2026", {"value": "2026-09", "words": "September 2026"}),
    ],
)
def test_the_endpoint_returns_how_a_date_is_read(client, text, answer):
    assert json.loads(client.get("/dates/", {"text": text}).content) == answer


def test_the_endpoint_returns_both_readings(client):
    response_data = json.loads(client.get("/dates/", {"text": "03/04/2026"}).content)
    assert [reading["words"] for reading in response_data["readings"]] == ["4 March 2026", "3 April 2026"]
    assert json.loads(client.get("/dates/?text=soon").content)["readings"] == []
    assert client.get("/dates/?text=soon\x00").status_code == 400
