"""A session that ends in the middle of a form costs nothing that was typed."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from history.trail import trail_of
from tests.accounts.login_helpers import PASSWORD
from tests.browser.conftest import NARROW, WIDE
from tests.factories import a_facility, a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in_by_keyboard(page) -> None:
    page.get_by_label("E-mail or username").focus()
    page.keyboard.type("administrator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_change_form_stands_as_typed_after_the_session_ended(open_page, viewport):
    facility = a_facility()
    a_user("administrator", is_superuser=True)
    address = f"/admin/sites/facility/{facility.pk}/change/"
    page = open_page(viewport, username="administrator")
    page.goto(address)
    page.get_by_label("City").fill("Nice")
    page.get_by_role("textbox", name="Reason").fill("They moved & told us")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    sign_in_by_keyboard(page)
    page.wait_for_url(f"**{address}")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    expect(page.get_by_label("City")).to_have_value("Nice")
    expect(page.get_by_role("textbox", name="Reason")).to_have_value("They moved & told us")
    facility.refresh_from_db()
    assert facility.city != "Nice"
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/sites/facility/")
    facility.refresh_from_db()
    assert (facility.city, trail_of(facility)[0].reason) == ("Nice", "They moved & told us")
