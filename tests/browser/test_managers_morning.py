"""A manager's morning: sign in, filter to what is late, open its sites, remind the coordinator."""

import pytest
from playwright.sync_api import expect

from history.authorship import authored
from tests.browser.conftest import NARROW, WIDE
from tests.factories import a_manager
from tests.smtp_server import letterbox  # noqa: F401 - a fixture
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.models import RequestedReminder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "dull-test-password"


@pytest.fixture
def two_trials(settings):
    """Trial 1 has an overdue site with a coordinator; trial 2 has nothing late."""
    settings.SECOND_FACTOR_DEMANDED = False
    late, fine = a_recruiting_trial(1, verified_on="2026-10"), a_recruiting_trial(2, verified_on="2026-10")
    site = a_confirmed_site(late, 1, 70)
    a_confirmed_site(late, 2, 3)
    a_confirmed_site(fine, 3, 3)
    with authored("test"):
        coordinator = make_coordinator(site, name="ada")
        coordinator.email = "ada@example.org"
        coordinator.save()
    return late, fine


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_finds_what_is_late_and_reminds(open_page, letterbox, two_trials, viewport, scripts):  # noqa: F811
    a_manager()
    page = open_page(viewport, scripts=scripts)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail or username").fill("manager")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/overview/")
    expect(page.get_by_role("link", name="Trial 1")).to_be_visible()
    expect(page.get_by_role("link", name="Trial 2")).to_be_visible()

    if viewport is NARROW:
        page.get_by_text("Filter, group and sort").click()
    page.get_by_label("Late", exact=True).select_option("Confirmations overdue")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/overview/?late=confirmation")
    expect(page.get_by_role("link", name="Trial 2")).to_have_count(0)
    page.get_by_role("link", name="1 confirmation overdue in NCT00000001").click()
    page.wait_for_url("**/boards/?trial=NCT00000001&late=confirmation")
    expect(page.get_by_role("checkbox")).to_have_count(1)

    page.get_by_role("checkbox", name="Select Hospital 1, NCT00000001").check()
    page.get_by_role("button", name="Remind the coordinators of selected sites").click()
    page.get_by_role("button", name="Send 1 reminder").click()
    page.wait_for_url("**/boards/?trial=NCT00000001&late=confirmation")
    expect(page.get_by_text("Reminder sent to ada.")).to_be_visible()
    assert letterbox.recipients == ["ada@example.org"]
    assert RequestedReminder.objects.get().user.username == "ada"
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
