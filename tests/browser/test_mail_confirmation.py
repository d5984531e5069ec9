"""A coordinator confirms from the mail: a reminder over SMTP, its link without signing in, and the audit trail."""

import re
from email import message_from_bytes

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from history.authorship import authored
from sites.models import TrialSite
from tests.browser.conftest import NARROW
from tests.factories import a_user
from tests.smtp_server import letterbox  # noqa: F401 - a fixture
from tests.work.my_work_fixtures import make_coordinator, make_sites
from work.reminders.digests import send_reminders

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def confirmed() -> int:
    return TrialSite.objects.filter(last_confirmed_on=timezone.localdate()).count()


@pytest.fixture
def link(settings, live_server, letterbox) -> str:  # noqa: F811
    """The link in the mail that the coordinator of three overdue sites received."""
    settings.PUBLIC_URL = live_server.url
    user = make_coordinator(*make_sites(3)[1])
    user.email = "nurse@example.org"
    with authored("test"):
        user.save()
    send_reminders(now=timezone.localtime())
    [letter] = letterbox.letters
    assert letter.rcpt_tos == ["nurse@example.org"]
    text = message_from_bytes(letter.content).get_payload(decode=True).decode()
    [url] = re.findall(r"^http\S+/confirm/\S+/\r?$", text, re.MULTILINE)
    return url.strip()


def test_sites_are_confirmed_from_the_mail_and_the_history_shows_it(open_page, link):
    page = open_page(NARROW, scripts=False)
    page.goto(link)
    expect(page.get_by_role("heading", name="Confirm recruitment status")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert confirmed() == 0
    page.get_by_role("button", name=re.compile(r"Still recruiting\s*: Hospital 2")).press("Enter")
    expect(page.get_by_text("Confirmed: Hospital 2")).to_be_visible()
    assert confirmed() == 1
    page.get_by_role("button", name="Confirm all 2 sites").click()
    expect(page.get_by_text("2 sites confirmed.")).to_be_visible()
    assert confirmed() == 3

    a_user("admin", is_superuser=True)
    history = open_page(username="admin")
    history.goto(f"/admin/sites/trialsite/{TrialSite.objects.first().pk}/history/")
    expect(history.get_by_text("Confirmed with the link of a reminder mail").first).to_be_visible()


def test_a_changed_site_leads_to_its_form_after_signing_in(open_page, link):
    page = open_page()
    page.goto(link)
    page.get_by_role("link", name=re.compile(r"Changed: sign in\s*: Hospital 1")).click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("E-mail or username").fill("coordinator")
    page.keyboard.press("Tab")
    page.keyboard.type("dull-test-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    assert confirmed() == 0
