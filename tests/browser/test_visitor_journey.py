"""From the search to a trial, its board and a hospital, as a visitor goes."""

from datetime import date

import pytest

from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import assert_no_sideways_scrolling
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial, an_event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Universitätsklinikum und Forschungszentrum für Innere Medizin Nordwest, Klinik für Hämatologie"
BOARD, TRIAL = "/trials/NCT00000001/sites/", "/trials/NCT00000001/"


@pytest.fixture
def hospital():
    """A hospital with one of a trial's two sites; the other trial stopped."""
    trial = a_trial(
        1, brief_title="Velutinib in colon cancer", overall_status="RECRUITING", phases=["PHASE3"],
        lead_sponsor="Northgate Trials Unit", conditions=["Colon cancer"], last_update_posted_on="2026-02-01",
    )  # fmt: skip
    hospital = a_facility(1, name=LONG)
    site = a_site(trial, hospital, status="NOT_YET_RECRUITING", since="2025-11")
    an_event(site, "RECRUITING", "2026-03-03")
    a_confirmation(site, date(2026, 9, 1))
    a_contact(site=site, name="Ana Lyon")
    a_site(trial, a_facility(2, name="St Brannoc's", city="Bristol", country="United Kingdom"), status="SUSPENDED")
    a_trial(2, brief_title="Inhalers in asthma", overall_status="COMPLETED", last_update_posted_on="2026-01-01")
    return hospital


def all_pages(hospital) -> list[str]:
    return ["/", "/?words=asthma&status=RECRUITING", "/about/statuses/", TRIAL, BOARD, hospital.get_absolute_url()]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_visitor_walks_from_the_search_to_the_hospital(open_page, hospital, viewport, scripts):
    page = open_page(viewport, scripts=scripts)
    page.goto("/")
    page.get_by_label("Condition, drug, NCT number, hospital or city").fill("velutinib")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/?words=velutinib")
    page.get_by_role("link", name="Velutinib in colon cancer").click()
    page.wait_for_url(f"**{TRIAL}")
    page.goto("/?words=velutinib")
    page.get_by_role("link", name="1 of 2 sites recruiting").click()
    page.wait_for_url(f"**{BOARD}")
    page.get_by_role("link", name=LONG).click()
    page.wait_for_url(f"**{hospital.get_absolute_url()}")
    assert page.get_by_role("heading", level=1).inner_text() == LONG
    assert page.get_by_role("link", name="Velutinib in colon cancer").is_visible()


def test_nothing_scrolls_sideways_at_320_pixels(open_page, hospital):
    assert_no_sideways_scrolling(open_page(NARROW), all_pages(hospital))


def test_filters_are_folded_where_it_is_narrow_and_open_where_there_is_room(open_page, hospital):
    page = open_page(NARROW)
    page.goto("/")
    completed = page.get_by_label("Completed")
    assert not completed.is_visible()
    page.get_by_text("Filters", exact=True).click()
    assert completed.is_visible()
    page.set_viewport_size(WIDE)
    page.reload()
    assert page.get_by_label("Completed").is_visible()


def test_narrowing_shows_its_results_at_once_and_keeps_the_address(open_page, hospital):
    page = open_page()
    page.goto("/")
    page.get_by_label("Completed").check()
    page.wait_for_url("**/?status=COMPLETED")
    page.get_by_role("link", name="Inhalers in asthma").wait_for()
    assert page.get_by_role("link", name="Velutinib in colon cancer").count() == 0
    assert page.locator("#found").inner_text().strip() == "1 trial"
    page.go_back()
    page.get_by_role("link", name="Velutinib in colon cancer").wait_for()
    assert not page.get_by_label("Completed").is_checked()


def test_typing_narrows_and_a_number_waits_for_the_button(open_page, hospital):
    page = open_page()
    page.goto("/")
    page.get_by_label("Condition, drug, NCT number, hospital or city").press_sequentially("NCT00000001")
    page.wait_for_url("**/?words=NCT00000001")
    page.get_by_label("Condition, drug, NCT number, hospital or city").press("Enter")
    page.wait_for_url(f"**{TRIAL}")


def test_without_scripts_filters_work_by_their_button(open_page, hospital):
    page = open_page(NARROW, scripts=False)
    page.goto("/")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Completed").check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/?status=COMPLETED")
    assert page.get_by_role("link", name="Inhalers in asthma").is_visible()


def test_a_board_is_ordered_and_narrowed_from_the_keyboard(open_page, hospital):
    page = open_page()
    page.goto(BOARD)
    page.get_by_role("link", name="Last confirmed").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=confirmed")
    leading = page.get_by_role("columnheader", name="Last confirmed")
    assert leading.get_attribute("aria-sort") == "ascending"
    page.get_by_label("Country").select_option("United Kingdom")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**country=United+Kingdom*")
    assert page.locator("tbody tr").count() == 1


def test_a_board_is_a_list_of_cards_where_it_is_narrow(open_page, hospital):
    page = open_page(NARROW)
    page.goto(BOARD)
    card = page.locator("tbody tr").first
    assert card.evaluate("card => getComputedStyle(card).display") in ("block", "flow-root")
    assert card.bounding_box()["width"] <= 320
    page.get_by_text("Filter and sort").click()
    assert page.get_by_label("Order").is_visible()


def test_the_csv_is_a_file(open_page, hospital):
    page = open_page()
    page.goto(BOARD)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "NCT00000001-sites.csv"
