"""Contacts by keyboard, without scripts and on a narrow screen."""

import pytest

from contacts.models import Replacement
from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import assert_no_sideways_scrolling
from tests.contacts.fixtures import PRIVATE, a_coordinator, a_person, a_recruiting_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Prof. Dr. Annegret Freifrau von und zu Hohenstein-Wittelsbach-Lippe, MD, PhD"
ADDRESS = "annegret.freifrau.von.und.zu.hohenstein@universitaetsklinikum-nordwest.example.org"


@pytest.fixture
def people():
    first = a_recruiting_site(name="Universitätsklinikum und Forschungszentrum für Innere Medizin Nordwest")
    sites = [first, *(a_recruiting_site(first.trial, number) for number in range(2, 15))]
    a_coordinator(trial=first.trial)
    return a_person(LONG, *sites, email=ADDRESS, **PRIVATE), a_person("A. Freifrau", first, email=ADDRESS)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_without_scripts_a_contact_is_replaced_at_fourteen_sites_and_the_replacement_undone(
    open_page, people, viewport
):
    page = open_page(viewport, username="coordinator", scripts=False)
    page.goto("/work/")
    if viewport is NARROW:
        page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Contacts").click()
    page.get_by_label("Name, e-mail, facility, trial or role").fill("hohenstein")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=LONG).click()
    page.get_by_role("link", name="Replace contact").click()
    page.get_by_role("link", name="Add a new contact").click()
    page.get_by_label("Name or job title").fill("Bea Other")
    page.get_by_label("Phone").fill("+33 4 77 77 77 77")
    page.get_by_label("First day for the new contact").fill("2099-03-01")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_text("in 14 roles from").wait_for()
    page.get_by_role("button", name="Replace contact in 14 roles").click()
    page.get_by_role("heading", name="Contact replaced").wait_for()
    assert len(Replacement.objects.get().steps) == 14
    page.get_by_role("button", name="Undo replacement").click()
    page.get_by_role("heading", name="Replacement undone").wait_for()


def test_by_keyboard_a_contact_is_verified_and_edited(open_page, people):
    page = open_page(username="coordinator")
    page.goto(people[0].get_absolute_url())
    page.get_by_role("button", name="Mark as verified").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Contact marked as verified today.").wait_for()
    page.get_by_role("button", name="Mark as verified").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Phone").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("+33 4 00 00 00 99")
    page.keyboard.press("Enter")
    page.get_by_text("Contact saved.").wait_for()
    people[0].refresh_from_db()
    assert (people[0].phone, people[0].notes) == ("+33 4 00 00 00 99", PRIVATE["notes"])


def test_nothing_scrolls_sideways_at_320_pixels(open_page, people):
    person, duplicate = people
    own = person.get_absolute_url()
    role = person.roles.first()
    addresses = [
        "/people/", "/people/?words=zzz", "/people/add/", "/people/duplicates/", own, f"{own}edit/", f"{own}roles/add/",
        f"{own}replace/?words=freifrau", f"{own}replace/?by=new", f"{own}merge/{duplicate.pk}/", f"{own}erase/",
        f"/people/roles/{role.pk}/end/",
    ]  # fmt: skip
    assert_no_sideways_scrolling(open_page(NARROW, username="coordinator"), addresses)
