"""The enrollment grid in a browser: pasting, keyboard navigation, and the form without scripts."""

import pytest
from playwright.sync_api import expect

from sites.models import EnrollmentReport
from tests.browser.clipboard import copy
from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import assert_no_sideways_scrolling
from tests.factories import a_facility, a_report, a_site
from tests.sites.enrollment_grid_helpers import grid_at, make_trial_with_sites
from tests.work.my_work_fixtures import make_coordinator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH = "2026-02"
COLUMNS = ("screened", "consented", "enrolled", "withdrawn", "completed")


@pytest.fixture
def trial():
    """Twelve sites with a report, one of them with a very long name."""
    trial, sites = make_trial_with_sites(11)
    sites.append(a_site(trial, a_facility(99, name="Zentrum " + "für klinische Forschung " * 6)))
    for site in sites:
        a_report(site, "2026-01", screened=5, enrolled=1)
    make_coordinator(trial=trial)
    return trial


@pytest.fixture
def open_grid(open_page, trial):
    """The coordinator's grid of the month."""

    def open_it(viewport=WIDE, **options):
        page = open_page(viewport, username="coordinator", **options)
        page.goto(grid_at(trial, MONTH))
        return page

    return open_it


def block(rows: int) -> list[list[str]]:
    return [[f"1,{row:03}", "900", str(10 + row), "2", "1"] for row in range(rows)]


def first_cell(page):
    return page.get_by_label("Screened, Hospital 1, February 2026")


def saved_counts() -> list[tuple]:
    return list(EnrollmentReport.objects.filter(month=MONTH).values_list(*COLUMNS).order_by("enrolled"))


def as_numbers(rows) -> list[tuple]:
    return [tuple(int(cell.replace(",", "")) for cell in row) for row in rows]


def test_a_block_of_ten_by_five_is_pasted_and_saved_by_keyboard(open_grid):
    page = open_grid()
    copy(page, "\n".join("\t".join(row) for row in block(10)))
    first_cell(page).focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_text("50 numbers pasted, not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("10 rows saved.")).to_be_visible()
    assert saved_counts() == as_numbers(block(10))


def test_a_block_with_headings_is_parsed_as_a_table_with_rejected_rows(open_grid):
    """The server parses it, because the cells cannot show another month or an unknown site."""
    page = open_grid()
    page.get_by_label("Enrolled, Hospital 5, February 2026").fill("9")
    copy(page, "Site\tEnrolled\tMood\nhospital 3\t7\tgood\nHospital 77\t8\t\nHospital 4\tmany\t\n")
    first_cell(page).focus()
    page.keyboard.press("Control+v")
    message = page.get_by_role("status")
    for text in ("2 rows filled", "Mood Column not recognized", "Row 3: Hospital 77 · 8"):
        expect(message.filter(has_text=text)).to_be_visible()
    expect(page.get_by_label("Enrolled, Hospital 3, February 2026")).to_have_value("7")
    expect(page.get_by_label("Enrolled, Hospital 5, February 2026")).to_have_value("9")


def test_a_block_with_months_fills_these_months(open_grid, trial):
    page = open_grid()
    site = trial.trial_sites.order_by("pk").first()
    lines = [f"{site.pk}\tHospital 1\t2026-0{month}\t7{month}\t60\t5{month}" for month in (2, 3, 4)]
    copy(page, "\n".join(["Site number\tSite\tMonth\tScreened\tConsented\tEnrolled", *lines]))
    first_cell(page).focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_text("Some rows are for other months")).to_contain_text("March 2026, April 2026")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("3 rows saved.")).to_be_visible()
    reports = EnrollmentReport.objects.filter(trial_site=site, month__gt="2026-01")
    assert list(reports.order_by("month").values_list("month", "enrolled")) == [
        ("2026-02", 52), ("2026-03", 53), ("2026-04", 54),
    ]  # fmt: skip


def test_a_block_that_is_too_wide_is_refused(open_grid):
    page = open_grid()
    copy(page, "138\t50\t40\t30\t2\t0\n")
    first_cell(page).focus()
    page.keyboard.press("Control+v")
    expect(page.locator("[data-grid-message]")).to_contain_text("The block has 6 columns, but only 5 fit")
    expect(first_cell(page)).to_have_value("")


def test_numbers_below_the_last_row_are_listed(open_grid):
    page = open_grid()
    copy(page, "1\t1\n2\t2\n")
    page.locator("[data-cell=withdrawn]").last.focus()
    page.keyboard.press("Control+v")
    expect(page.locator("[data-grid-message]")).to_contain_text("2 · 2: no row for these numbers")


def test_arrows_and_enter_move_between_cells(open_grid):
    page = open_grid()
    first_cell(page).focus()
    for key in ("ArrowDown", "Enter", "ArrowRight", "ArrowUp", "ArrowLeft", "Shift+Enter"):
        page.keyboard.press(key)
    expect(first_cell(page)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Consented, Hospital 1, February 2026")).to_be_focused()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_table_is_pasted_checked_and_saved_without_scripts(open_grid, viewport):
    page = open_grid(viewport, scripts=False)
    page.get_by_text("Paste a table").click()
    lines = [f"Hospital {number}\t" + "\t".join(row) for number, row in enumerate(block(10), 1)]
    page.get_by_label("Rows copied from a spreadsheet").fill("\n".join([*lines, "Hospital 77\t1"]))
    page.get_by_role("button", name="Fill table").click()
    expect(page.get_by_text("10 rows filled")).to_be_visible()
    expect(page.get_by_text("Row 11")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("10 rows saved.")).to_be_visible()
    assert saved_counts() == as_numbers(block(10))


def test_nothing_scrolls_sideways_at_320_pixels(open_page, trial):
    site = trial.trial_sites.last()
    base = f"/trials/{trial.key}"
    addresses = [
        f"{base}/sites/", f"{base}/enrollment/", f"{base}/enrollment/?month={MONTH}",
        f"{base}/enrollment/{site.pk}/", f"{base}/activation/", f"{base}/activation/{site.pk}/",
    ]  # fmt: skip
    assert_no_sideways_scrolling(open_page(NARROW, username="coordinator"), addresses)
