"""The contact sheet: recruiting sites with whom to call, as the public sees them."""

import pytest

from contacts.models import Person
from tests.factories import a_confirmation, a_contact, a_facility, a_manager, a_site, a_trial, make
from tests.pages.html_reader import queries_of, text_of

pytestmark = pytest.mark.django_db
SHEET = "/trials/NCT00000001/contacts/"


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING", brief_title="A made-up trial")


@pytest.fixture
def ann() -> Person:
    return make(Person, name="Ann Example", phone="+33 4 00 00 00 01")


def test_recruiting_sites_are_listed_with_their_contacts(client, trial, ann):
    site = a_site(trial, a_facility(1, city="Bath", country="United Kingdom"), status="RECRUITING")
    a_contact(site=site, person=ann)
    a_confirmation(site, "2026-01-02")
    closed = a_site(trial, a_facility(2), status="COMPLETED")
    a_contact(site=closed, name="Bob Example")
    text = text_of(client.get(SHEET))
    assert "1 recruiting site" in text
    assert "United Kingdom" in text
    assert "Hospital 1" in text
    assert "Ann Example" in text
    assert "+33 4 00 00 00 01" in text
    assert "Hospital 2" not in text
    assert "Bob Example" not in text


def test_a_site_without_a_contact_refers_to_the_central_one(client, trial, ann):
    a_site(trial, a_facility(1), status="RECRUITING")
    assert "No contact listed" in text_of(client.get(SHEET))
    a_contact(trial=trial, kind="CENTRAL_CONTACT", person=ann)
    text = text_of(client.get(SHEET))
    assert "Call a central contact" in text
    assert "Ann Example" in text


def test_people_without_phone_and_email_are_left_out_where_another_can_be_called(client, trial, ann):
    site = a_site(trial, a_facility(1), status="RECRUITING")
    investigator = make(Person, name="Bob Example")
    a_contact(site=site, person=investigator)
    assert "Bob Example" in text_of(client.get(SHEET))
    a_contact(site=site, person=ann)
    text = text_of(client.get(SHEET))
    assert "Ann Example" in text
    assert "Bob Example" not in text


def test_a_closed_trial_shows_neither_sites_nor_contacts(client, ann):
    trial = a_trial(1, overall_status="COMPLETED")
    site = a_site(trial, a_facility(1), status="RECRUITING")
    a_contact(site=site, person=ann)
    text = text_of(client.get(SHEET))
    assert "No recruiting sites" in text
    assert "Ann Example" not in text


def test_a_hidden_trial_is_not_found(client):
    a_trial(1, is_public=False)
    assert client.get(SHEET).status_code == 404
    client.force_login(a_manager())
    assert client.get(SHEET).status_code == 200


def test_another_spelling_redirects_and_an_unknown_parameter_is_refused(client, trial):
    assert client.get("/trials/nct00000001/contacts/")["Location"] == SHEET
    assert client.get(SHEET, {"page": "2"}).status_code == 400


@pytest.mark.parametrize(("status", "is_linked"), [("RECRUITING", True), ("COMPLETED", False)])
def test_the_trial_page_links_the_sheet_while_people_can_join(client, status, is_linked):
    a_site(a_trial(1, overall_status=status), a_facility(1), status="RECRUITING")
    assert (SHEET in client.get("/trials/NCT00000001/").content.decode()) is is_linked


def test_the_number_of_queries_does_not_depend_on_the_number_of_sites(client, trial):
    counts = []
    for first, last in ((1, 2), (2, 12)):
        for number in range(first, last):
            a_contact(site=a_site(trial, a_facility(number), status="RECRUITING"), name=f"Ann {number}")
        counts.append(queries_of(client, SHEET))
    assert counts[0] == counts[1]
