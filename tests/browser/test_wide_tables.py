"""Wide tables: no column cut off without a hint, a frozen first column, no wide empty column."""

import pytest

from history.authorship import authored
from sites.choices import Listing
from sites.models import Milestone, TrialSite
from tests.browser.layout import resize, wait_for_observers
from tests.factories import a_contact, a_facility, a_report, a_site, a_user, assign, make
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [1280, 1440, 1920]
LONG = "Universitätsklinikum und Forschungszentrum für Innere Medizin Nordwest, Klinik für Hämatologie"
TRIAL = "/trials/NCT00000001/"
STAGES = [
    "SELECTED", "ETHICS", "CONTRACT", "INITIATION_VISIT", "ACTIVATED", "FIRST_PARTICIPANT", "LAST_PARTICIPANT",
    "CLOSED",
]  # fmt: skip

#: The columns cut off in scrolling tables without a visible hint.
CUT_OFF = """() => [...document.querySelectorAll('.scroll')].flatMap((region) => {
    if (!region.checkVisibility()) return [];
    const hint = region.previousElementSibling;
    const isTold = hint?.matches('.scroll-hint') && hint.checkVisibility();
    const edge = region.getBoundingClientRect().right + 1;
    const heads = [...region.querySelectorAll('thead th')].filter((head) => head.getBoundingClientRect().right > edge);
    return isTold ? [] : heads.map((head) => head.innerText || head.className);
})"""
OUTSIDE = (
    "() => [...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
)
#: The widths of empty columns.
EMPTY = """() => [...document.querySelectorAll('.scroll > table')].flatMap((table) => {
    if (!table.checkVisibility()) return [];
    const rows = [...table.tBodies[0].rows];
    return [...rows[0].cells].map((cell, place) => [cell.offsetWidth, rows.every((row) => {
        const one = row.cells[place];
        return one && !one.innerText.trim() && !one.querySelector('svg, input');
    })]).filter(([, isEmpty]) => isEmpty).map(([width]) => width);
})"""
STAYS = """() => {
    const region = document.querySelector('.scroll'), head = region.querySelector('tbody th');
    const before = head.getBoundingClientRect().left;
    region.scrollLeft = 200;
    const moved = region.scrollLeft, left = head.getBoundingClientRect().left;
    return moved === 0 || Math.abs(left - before) < 45;
}"""


def fill(number: int, name: str) -> str:
    """Make a trial with `number` sites, with enrollment, milestones and contacts; returns a facility's address."""
    trial = a_recruiting_trial(1, brief_title=f"Velutinib at the {name}", acronym="HARBOR-2")
    sites = [a_confirmed_site(trial, place, 40) for place in range(1, number)]
    facility = a_facility(900, name=name, city="Llanfairpwllgwyngyll", country="United Kingdom")
    sites.insert(0, a_site(trial, facility, status="RECRUITING", since="2026-01-01"))
    for one in sites[:3]:
        for month in range(1, 13):
            a_report(one, f"{2025 + month // 12}-{month % 12 + 1:02}", enrolled=1_000 + month)
        for place, stage in enumerate(STAGES):
            make(Milestone, trial_site=one, stage=stage, actual_on=f"2026-{place + 1:02}-28")
        a_contact(site=one, name=f"Prof. Dr. {name}"[:80])
    make_coordinator(trial=trial)
    assign(a_user("site", first_name="Maximiliane", last_name="Schwarzenberg"), site=sites[0])
    return facility.get_absolute_url()


PAGES = [f"{TRIAL}sites/", f"{TRIAL}enrollment/", f"{TRIAL}activation/", "/work/", "/people/", f"/work{TRIAL}"]


def test_no_column_is_cut_off_without_a_hint(open_page):
    facility = fill(6, LONG)
    page = open_page(username="coordinator")
    for address in [*PAGES, f"{TRIAL}sites/?sort=site", f"{TRIAL}enrollment/?month=2026-08", facility]:
        assert page.goto(address).status == 200, address
        for width in WIDTHS:
            resize(page, width)
            assert page.evaluate(CUT_OFF) == [], (address, width)
            assert [wide for wide in page.evaluate(EMPTY) if wide > 60] == [], (address, width)


def test_a_trials_tables_and_a_facilitys_fit_into_the_window(open_page):
    facility = fill(6, "Hospital of Kobe")
    page = open_page(username="coordinator")
    for address in [*PAGES[:3], facility]:
        page.goto(address)
        for width in WIDTHS:
            resize(page, width)
            assert page.evaluate(OUTSIDE) == 0, (address, width)


def test_a_visitor_without_any_site_sees_no_empty_column(open_page):
    fill(3, LONG)
    page = open_page()
    page.goto(f"{TRIAL}sites/")
    assert page.evaluate(EMPTY) == []


def test_a_coordinator_of_one_site_sees_no_wide_empty_column(open_page):
    """Only one row has a checkbox."""
    fill(3, LONG)
    make_coordinator(TrialSite.objects.order_by("-pk").first(), name="one")
    page = open_page(username="one")
    page.goto(f"{TRIAL}sites/")
    assert page.locator("td.choose").first.evaluate("cell => cell.offsetWidth") < 60


def test_the_first_column_stays_while_a_long_table_is_scrolled(open_page):
    """Two hundred rows in a window narrower than the table."""
    fill(205, LONG)
    page = open_page({"width": 800, "height": 900}, username="coordinator")
    for address in PAGES[:3]:
        page.goto(address)
        wait_for_observers(page)
        assert page.evaluate(STAYS), address
        assert page.evaluate(CUT_OFF) == [], address


def test_my_work_of_a_trials_coordinator_fits_on_a_screen_and_on_a_phone(open_page):
    """With imported statuses and several coordinators."""
    fill(6, LONG)
    site = TrialSite.objects.order_by("-pk").first()
    with authored("test"):
        TrialSite.objects.filter(pk=site.pk).update(listing=Listing.LISTED)
    for name, last in (("second", "Nakagawa-Reed"), ("third", "Adeyemi-Falk")):
        assign(a_user(name, first_name="Tobias", last_name=last), site=site)
    page = open_page(username="coordinator")
    page.goto("/work/")
    for width in (1280, 320):
        resize(page, width)
        assert page.get_by_text("As imported from ClinicalTrials.gov").first.is_visible()
        assert page.evaluate(OUTSIDE) == 0, width
        assert not page.locator(".scroll-hint:visible").count(), width
    resize(page, 1280)
    places = page.locator(".work td:nth-child(3)").evaluate_all("cells => cells.map(cell => cell.offsetWidth)")
    assert min(places) >= 200, places


def test_lists_of_the_admin_fit_into_the_window_and_on_a_phone_hint_at_more_columns(open_page):
    fill(6, LONG)
    a_user("administrator", is_superuser=True)
    page = open_page(username="administrator")
    hints = "[...document.querySelectorAll('.scroll-hint')].filter((hint) => hint.checkVisibility()).length"
    cut_off = CUT_OFF.replace("'.scroll'", "'#changelist .results'")
    for address in ("/admin/sites/trialsite/", "/admin/trials/trial/", "/admin/accounts/user/"):
        resize(page, 1280)
        page.goto(address)
        wait_for_observers(page)
        assert page.evaluate(hints) == 0, address
        resize(page, 320)
        assert page.evaluate(cut_off) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
