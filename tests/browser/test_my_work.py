"""A coordinator's morning, by keyboard and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sites.models import TrialSite
from tests.browser.conftest import NARROW, WIDE
from tests.factories import a_contact
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator, make_sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def twenty_sites():
    trial, _ = make_sites(20, days=118)
    a_contact(trial=trial)
    make_coordinator(trial=trial)


@pytest.fixture
def open_my_work(open_page):
    """My work of the coordinator."""

    def open_it(viewport=WIDE, **options):
        page = open_page(viewport, username="coordinator", **options)
        page.goto("/work/")
        return page

    return open_it


def confirmed() -> int:
    return TrialSite.objects.filter(last_confirmed_on=timezone.localdate()).count()


def overdue(page, number: int) -> None:
    """Waits until the list is so long."""
    expect(page.locator("td > .age.stale")).to_have_count(number)


def test_twenty_sites_are_confirmed_in_22_acts_by_keyboard(open_my_work, twenty_sites):
    page = open_my_work()
    overdue(page, 20)
    page.keyboard.press("j")
    for left in reversed(range(20)):
        page.locator("[data-row]:focus").wait_for()
        page.keyboard.press("c")
        overdue(page, left)
    assert confirmed() == 20, "with 21 keys"
    assert page.get_by_role("heading", name="No tasks due").is_visible()


def test_what_was_selected_is_confirmed_at_once_and_undone(open_my_work, twenty_sites):
    page = open_my_work()
    for key in "jxjxjxc":
        page.keyboard.press(key)
    overdue(page, 17)
    assert confirmed() == 3
    page.keyboard.press("?")
    assert page.get_by_text("undo (1 minute)").is_visible()
    page.keyboard.press("u")
    overdue(page, 20)
    assert confirmed() == 0


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_without_scripts_all_are_confirmed_after_a_look_and_one_is_changed(open_my_work, twenty_sites, viewport):
    page = open_my_work(viewport, scripts=False)
    page.get_by_role("link", name="Review and confirm 20 sites").click()
    page.get_by_role("button", name="Confirm selected sites").click()
    page.get_by_role("heading", name="No tasks due").wait_for()
    assert confirmed() == 20
    page.get_by_role("link", name="Change Hospital 7, NCT00000001").click()
    page.get_by_label("Suspended").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Overall status check").wait_for()
    assert TrialSite.objects.get(status="SUSPENDED").facility.name == "Hospital 7"


def test_choosing_a_status_shows_at_once_what_it_asks_for(open_page):
    """The choice keeps the focus and what was typed; nothing is saved."""
    site = a_confirmed_site(a_recruiting_trial(1), 1, 40)
    make_coordinator(site)
    page = open_page(username="coordinator")
    page.goto(f"/work/sites/{site.pk}/change/")
    page.get_by_label("Reason for change (optional)").fill("No drug left")
    page.get_by_role("radio", name="Terminated").check()
    expect(page.get_by_role("checkbox", name="I have checked the warnings")).to_be_visible()
    expect(page.get_by_label("Reason for change", exact=True)).to_have_value("No drug left")
    expect(page.get_by_role("radio", name="Terminated")).to_be_focused()
