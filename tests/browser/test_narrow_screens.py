"""Every page of a coordinator's work on the narrowest screen, with the longest names."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import NARROW
from tests.browser.layout import assert_no_sideways_scrolling
from tests.factories import a_contact, a_site
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.bulk_upload.columns import Column
from work.bulk_upload.services import create_for_selection
from work.flags import raise_flag
from work.proposals.services import propose
from work.public_reports.services import send_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Universitätsklinikum und Forschungszentrum für Innere Medizin Nordwest, Klinik für Hämatologie"
TRIAL = "/trials/NCT00000001/"
WORK_OF_TRIAL = "/work/trials/NCT00000001/"


@pytest.fixture
def addresses() -> list[str]:
    """All that the coordinator of a trial can open, with something on each page."""
    trial = a_recruiting_trial(1, brief_title=f"Velutinib at the {LONG}", acronym="HARBOR-2")
    site = a_confirmed_site(trial, 1, 40)
    ended = a_site(trial, position=9, status="COMPLETED", since="2026-01-01")
    contact = a_contact(trial=trial, name=f"Prof. Dr. {LONG}")
    user = make_coordinator(trial=trial)
    proposed = propose(
        site, kind="FACILITY", new={"name": LONG}, why="Renamed", author=user.actor, version=site.facility.version
    )
    told = {"sender": "editor", "message": "", "email": "a@example.org", "now": timezone.now()}
    reported = send_report(trial=trial, site=site, contact=None, fault="STATUS", **told)
    flagged = raise_flag(trial=trial, site=site, text=f"Does the {LONG} still recruit?", author=user.actor)
    bulk = create_for_selection({site.pk: site.version, ended.pk: ended.version}, {Column.CONFIRM: "yes"}, user)
    here, report = f"/work/sites/{site.pk}/", f"{TRIAL}report/?site={site.pk}"
    return [
        "/work/", "/work/?trial=NCT00000001", "/work/sites/", "/work/proposals/", "/work/reminders/", "/work/bulk/",
        "/work/new-trial/", f"{WORK_OF_TRIAL}new-site/", f"{WORK_OF_TRIAL}new-site/?words=universitätsklinikum",
        WORK_OF_TRIAL, f"{WORK_OF_TRIAL}?state=mended", f"{WORK_OF_TRIAL}overall/", f"{WORK_OF_TRIAL}overall/sites/",
        f"{here}change/", f"{here}changed/", f"{here}propose/hospital/", f"{here}propose/target/",
        f"{here}propose/stages/",
        f"/work/sites/{ended.pk}/change/", f"/work/bulk/choose/?site={site.pk}:{site.version}",
        proposed.get_absolute_url(), reported.get_absolute_url(), flagged.get_absolute_url(), bulk.get_absolute_url(),
        "/registry/", "/registry/differences/", "/people/", "/accounts/", report, TRIAL, f"{TRIAL}sites/",
        f"{TRIAL}enrollment/", f"{TRIAL}enrollment/{site.pk}/", f"{TRIAL}activation/", f"{TRIAL}activation/{site.pk}/",
        f"{TRIAL}registry/", contact.person.get_absolute_url(),
    ]  # fmt: skip


def test_nothing_scrolls_sideways_at_320_pixels_and_there_is_one_title(open_page, addresses):
    page = open_page(NARROW, username="coordinator")
    for address in addresses:
        assert_no_sideways_scrolling(page, [address])
        assert page.locator("h1").count() == 1, address


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_main_links_are_folded_where_it_is_narrow(open_page, addresses, scripts):
    page = open_page(NARROW, username="coordinator", scripts=scripts)
    page.goto("/work/")
    contacts = page.get_by_role("navigation", name="Main").get_by_role("link", name="Contacts")
    expect(contacts).to_be_hidden()
    assert page.locator("header.top").bounding_box()["height"] < 70
    page.get_by_text("Menu", exact=True).click()
    contacts.click()
    page.wait_for_url("**/people/")
