"""An inspector's question: what did the public see of this site on that day, and who changed it?"""

from datetime import date, timedelta

import pytest

from publishing.models import DocumentVersion, TrialDocument
from publishing.staleness import publish_pending
from sites.services.status import change_status
from sites.status_transitions import Authority
from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import assert_no_sideways_scrolling
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, an_inspector

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRIAL, CHANGES = "/trials/NCT00000001/", "/changes/"
PUBLIC = f"{TRIAL}public/"


@pytest.fixture
def suspended_site():
    """Published ten days ago as recruiting with a contact; suspended today by Ada Weber. The inspector exists."""
    trial = a_trial(1, brief_title="Velutinib in colon cancer", overall_status="RECRUITING")
    site = a_site(trial, a_facility(1, name="Lyon Hospital"), status="RECRUITING", since="2026-01-03")
    a_contact(site=site, name="Ana Lyon")
    publish_pending()
    author = a_user("ada", first_name="Ada", last_name="Weber")
    change_status(
        site, to="SUSPENDED", effective_on="2026-01-20", author=f"user:{author.pk}",
        reason="Freezer out of order", authority=Authority.MANAGER, accept_warnings=True,
    )  # fmt: skip
    publish_pending()
    DocumentVersion.objects.update(published_at=TrialDocument.objects.get().changed_at - timedelta(days=10))
    an_inspector()
    return site


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_inspector_finds_what_the_public_saw_and_who_changed_it(open_page, suspended_site, viewport):
    """Three clicks and a day: the search, the board, what the public saw, the day before."""
    page = open_page(viewport, username="inspector", scripts=False)
    page.goto("/")
    page.get_by_label("Condition, drug, NCT number, hospital or city").fill("NCT00000001")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="All sites as a table").click()
    page.get_by_role("link", name="What the public saw").click()
    text = page.locator("main").inner_text()
    for evidence in ("Suspended", "Ada Weber", "Freezer out of order", "No contact published"):
        assert evidence in text
    page.get_by_role("link", name="Earlier version").click()
    yesterday = date.today() - timedelta(days=1)
    assert page.get_by_role("heading", level=1).inner_text() == f"What the public saw on {yesterday:%-d %B %Y}"
    row = page.get_by_role("row", name="Lyon Hospital")
    assert "Recruiting" in row.inner_text()
    assert "Ana Lyon" in row.inner_text()
    assert "Ada Weber" not in page.locator("main").inner_text()


def test_pages_of_past_days_do_not_scroll_sideways(open_page, suspended_site):
    page = open_page(NARROW, username="inspector")
    past = "?as_of=2026-02-01"
    pages = [PUBLIC, CHANGES, f"{TRIAL}sites/{past}", f"{TRIAL}{past}", f"{TRIAL}weeks/"]
    assert_no_sideways_scrolling(page, pages)
