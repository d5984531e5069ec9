"""A coordinator's morning on the demo's data, and what everybody reads at once: by mouse, by keyboard alone, and
without scripts on a narrow screen.
"""

from itertools import groupby

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from sites.models import TrialSite
from tests.accounts.login_helpers import add_authenticator
from tests.browser.daily_workflow import month_counts, steps
from tests.browser.daily_workflow.input_modes import ByKeyboard, ByMouse, WithoutScripts
from tests.browser.daily_workflow.public_views import Readers, assert_all_say
from tests.demo_rows import put_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HARBOR, MERIDIAN = "NCT00000001", "NCT00000003"


@pytest.fixture
def today(settings):
    """The demo as it is today. Its second factor is demanded here."""
    settings.SECOND_FACTOR_DEMANDED = True
    today = timezone.localdate()
    put_demo(today)
    add_authenticator(User.objects.get(username=steps.NAME))
    return today


@pytest.fixture(params=[ByMouse, ByKeyboard, WithoutScripts], ids=["by mouse", "by keyboard", "without scripts"])
def player(request, open_page):
    return request.param(open_page(request.param.viewport, scripts=request.param.scripts))


@pytest.fixture
def readers(open_page):
    return Readers(open_page())


def test_a_coordinators_morning(today, player, readers):
    steps.log_in(player)
    twenty_sites_are_confirmed(player, readers, today)
    a_site_opens_and_its_trial_with_it(player, readers, today)
    a_months_numbers_are_pasted(player, readers, today)
    accept_registry_status(player, readers, today)


def twenty_sites_are_confirmed(player, readers, today):
    acts = steps.confirm_twenty(player)
    assert len(acts) <= 22, acts
    confirmed = TrialSite.objects.filter(last_confirmed_on=today).select_related("trial").order_by("trial")
    assert len(confirmed) == 20
    for _, sites in groupby(confirmed, key=lambda site: site.trial_id):
        assert_all_say(readers, list(sites), on=today)


def a_site_opens_and_its_trial_with_it(player, readers, today):
    assert readers.overall(MERIDIAN) == ["Not yet recruiting", "Not yet recruiting", "NOT_YET_RECRUITING"]
    steps.open_a_site(player)
    opened = TrialSite.objects.select_related("trial").get(trial__nct_id=MERIDIAN, facility__name=steps.OPENED)
    assert (opened.status, opened.last_confirmed_on) == ("RECRUITING", today)
    assert_all_say(readers, [opened], on=today)
    steps.apply_suggestion(player)
    assert readers.overall(MERIDIAN) == ["Recruiting", "Recruiting", "RECRUITING"]


def a_months_numbers_are_pasted(player, readers, today):
    sites = TrialSite.objects.filter(trial__nct_id=HARBOR, facility__name__in=month_counts.SITES).select_related(
        "facility"
    )
    before = {site: month_counts.reported(site) for site in sites}
    month = month_counts.month_of(today)
    steps.enter_a_month(player, month.as_text(), month_counts.table_of(sites))
    expect(player.page.get_by_text("3 rows saved.")).to_be_visible()
    for site, report in before.items():
        assert month_counts.reported(site).month == month
        assert month_counts.reported(site).enrolled == report.enrolled + 1
    assert_board_shows_counts(player, before)
    assert_counts_not_public(readers)


def assert_board_shows_counts(player, before):
    player.activate(player.page.get_by_role("link", name="Sites", exact=True))
    for site, report in before.items():
        row = player.page.locator(f"#site-{site.pk}")
        expect(row).to_contain_text(f"{report.enrolled + 1} of {site.enrollment_target}")


def assert_counts_not_public(readers):
    for text in [*readers.on_the_board(HARBOR).values(), *readers.on_the_page(HARBOR).values()]:
        assert "nrolled" not in text
    assert {name for site in readers.from_the_api(HARBOR)["sites"] for name in site if "enroll" in name} == set()
    assert readers.page.request.get(f"/trials/{HARBOR}/enrollment/", max_redirects=0).status == 302


def accept_registry_status(player, readers, today):
    site = TrialSite.objects.select_related("trial").get(registry_conflicts__decision="")
    assert site.status == "SUSPENDED"
    steps.accept_registry_values(player)
    site.refresh_from_db()
    assert (site.status, site.last_confirmed_on) == ("ACTIVE_NOT_RECRUITING", None)
    assert_all_say(readers, [site], on=today)
