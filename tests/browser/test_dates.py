"""What is said beside a date while it is typed, and the calendar."""

import pytest
from playwright.sync_api import expect

from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_page):
    site = a_confirmed_site(a_recruiting_trial(1), 1, 40)
    make_coordinator(site)
    page = open_page(username="coordinator")
    page.goto(f"/work/sites/{site.pk}/change/")
    page.get_by_label("Effective date", exact=True).wait_for()
    return page


def test_a_typed_date_is_told_in_words(page):
    since = page.get_by_label("Effective date", exact=True)
    since.fill("15.11.2026")
    since.blur()
    expect(page.get_by_text("Read as 15 November 2026")).to_be_visible()


def test_one_of_two_readings_is_chosen_by_a_button(page):
    since = page.get_by_label("Effective date", exact=True)
    since.fill("03/04/2026")
    since.blur()
    page.get_by_role("button", name="3 April 2026").click()
    expect(since).to_have_value("2026-04-03")
    expect(page.get_by_text("Read as 3 April 2026")).to_be_visible()


def test_the_calendar_is_named_after_its_field(page):
    expect(page.get_by_role("button", name="Calendar for Effective date", exact=True)).to_be_visible()


def test_the_calendar_and_the_reading_stay_when_a_status_is_chosen(page):
    since = page.get_by_label("Effective date", exact=True)
    since.fill("15.11.2026")
    since.blur()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#to-suspended").check()
    expect(page.locator("#to-suspended")).to_be_checked()
    expect(page.get_by_role("button", name="Calendar for Effective date", exact=True)).to_be_visible()
    expect(page.get_by_text("Read as 15 November 2026")).to_be_visible()
    expect(since).to_have_value("15.11.2026")


def test_a_date_typed_before_the_answer_to_a_choice_stays_with_the_focus(page):
    since, held = page.get_by_label("Effective date", exact=True), []
    page.route("**/change/", lambda route: held.append(route))
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("#to-suspended").check()
    since.fill("1 September 2026")
    since.press("End")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        held[0].continue_()
    expect(page.locator("#id_why")).to_be_visible()
    expect(page.get_by_role("button", name="Calendar for Effective date", exact=True)).to_be_visible()
    expect(since).to_have_value("1 September 2026")
    expect(since).to_be_focused()
