"""A patient's relative finds the nearest site that recruits on a phone, and sees whom to call."""

import pytest

from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import assert_no_sideways_scrolling
from tests.factories import a_contact, a_facility, a_site, a_trial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RESULTS = "/?words=colon&near=Lyon%2C+France"


@pytest.fixture
def trial():
    trial = a_trial(
        1, brief_title="Velutinib in colon cancer", overall_status="RECRUITING", conditions=["Colon cancer"]
    )
    for number, latitude in enumerate((45.77, 46.5), start=1):
        site = a_site(trial, a_facility(number, latitude=latitude, longitude=4.85), status="RECRUITING")
        a_contact(site=site, name=f"Nurse {number}")
    return trial


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_nearest_site_and_its_telephone_are_two_fields_and_one_click_away(open_page, trial, scripts):
    page = open_page(NARROW, scripts=scripts)
    page.goto("/")
    page.get_by_label("Condition, drug, NCT number, hospital or city").fill("colon")
    page.get_by_label("Near (city or hospital)").fill("lyon, fr")
    clicks = 0
    page.get_by_role("button", name="Search").click()
    clicks += 1
    page.get_by_text("2 km", exact=True).wait_for()
    call = page.get_by_role("link", name="+33 4 00 00 00 00").first
    assert call.get_attribute("href") == "tel:+33400000000"
    assert page.get_by_text("Nurse 1").is_visible()
    assert clicks == 1


def test_a_place_is_suggested_while_typing(open_page, trial):
    page = open_page(WIDE)
    page.goto("/")
    page.get_by_label("Near (city or hospital)").press_sequentially("lyo")
    page.locator('#places option[value="Lyon, France"]').wait_for(state="attached")


def test_another_distance_shows_its_results_at_once(open_page, trial):
    page = open_page(WIDE)
    page.goto(RESULTS)
    page.get_by_text("Nurse 2").wait_for()
    page.get_by_label("Within").select_option("25")
    page.get_by_text("1 trial, 1 recruiting site").wait_for()
    assert page.get_by_text("Nurse 2").count() == 0


def test_results_choices_and_maps_fit_a_narrow_window(open_page, trial):
    pages = [RESULTS, "/?near=Springfield", "/?near=Xyzzyx", "/?near=Reykjavik&within=10", "/trials/NCT00000001/"]
    assert_no_sideways_scrolling(open_page(NARROW), pages)
