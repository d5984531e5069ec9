"""The map that can be zoomed: opened by its button, by keyboard, without requests elsewhere; the drawing otherwise."""

import pytest
from playwright.sync_api import expect

from publishing.rebuild import publish
from tests.browser.conftest import NARROW, WIDE
from tests.factories import a_facility, a_site, a_trial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = [(45.76, 4.84), (45.77, 4.85), (48.86, 2.35), (52.52, 13.4)]
TRIAL, NEAR = "/trials/NCT00000001/", "/?near=Lyon, France&within=1000"
SHOWN_NEAR = 3  # sites of one trial in the results of a search near a place


@pytest.fixture(autouse=True)
def trial():
    trial = a_trial(1, overall_status="RECRUITING")
    for number, (latitude, longitude) in enumerate(PLACES, 1):
        facility = a_facility(number, latitude=latitude, longitude=longitude, country="France")
        a_site(trial, facility, status="RECRUITING", since="2026-01-01", position=number)
    publish([trial.pk])
    return trial


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(("address", "sites"), [(TRIAL, len(PLACES)), (NEAR, SHOWN_NEAR)], ids=["trial", "near"])
def test_the_button_opens_a_map_with_every_site_shown(open_page, viewport, address, sites):
    page = open_page(viewport)
    page.goto(address)
    drawing = page.locator("svg.site-map")
    expect(drawing).to_be_visible()
    page.get_by_role("button", name="Open a map that can be zoomed").press("Enter")
    expect(drawing).to_have_count(0)
    expect(page.locator(".zoomable-map .map-cluster, .zoomable-map .map-mark").first).to_be_visible()
    clusters = sum(int(text) for text in page.locator(".map-cluster").all_inner_texts())
    assert clusters + page.locator(".map-mark").count() == sites
    assert page.locator(".zoomable-map path.land").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_mark_opens_by_keyboard_and_leads_to_the_site(open_page, trial):
    page = open_page()
    page.goto(TRIAL)
    page.get_by_role("button", name="Open a map that can be zoomed").click()
    mark = page.locator(".map-mark").first
    expect(mark).to_have_attribute("title", "Hospital 4, Lyon, France: Recruiting")
    mark.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup-content").get_by_role("link", name="Hospital 4, Lyon, France")
    expect(link).to_have_attribute("href", f"#site-{trial.trial_sites.get(position=4).pk}")


def test_without_scripts_the_drawing_stays_and_no_button_shows(open_page):
    page = open_page(scripts=False)
    page.goto(TRIAL)
    expect(page.locator("svg.site-map")).to_be_visible()
    expect(page.get_by_role("button", name="Open a map that can be zoomed")).to_be_hidden()
