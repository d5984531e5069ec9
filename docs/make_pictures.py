"""Takes the screenshots of README.md and docs/coordinators.md: `python docs/make_pictures.py [ADDRESS]`.

ADDRESS is a running `./run`. Its demo data is changed a little; a second run on the same data gives the same pictures.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1200, "height": 760}, {"width": 390, "height": 800}
PASSWORDS = {"coordinator": "still-true-today", "trialcoordinator": "one-trial-many-sites"}
TRIAL, YOUNG_TRIAL = "NCT00000001", "NCT00000003"
SHEET = """Trial	Facility	New status	New since	Confirm
NCT00000001	Riverside Cancer Centre	Suspended	2026-01-15
NCT00000001	Klinikum Lindenau	Recruiting	{today}
NCT00000001	Hyogo East Hospital	Active, not recruiting	{today}
NCT00000001	Ospedale San Rocco			yes
NCT00000001	Hospital of the Moon			yes"""


def open_status_change(page: Page, facility: str, trial: str) -> None:
    """Opens the page on which a site's status is changed."""
    page.goto(f"/work/?trial={trial}")
    page.goto(page.locator("a[href$='/change/']", has_text=f"{facility}, {trial}").first.get_attribute("href"))


def show_status_change(page: Page) -> None:
    open_status_change(page, "Avonfield Infirmary", TRIAL)


def show_status_suggestion(page: Page) -> None:
    """The first site of a trial not yet recruiting begins to recruit."""
    open_status_change(page, "St Brannoc's Hospital", YOUNG_TRIAL)
    if page.locator("[value=RECRUITING]").count():
        page.check("[value=RECRUITING]")
        page.click("#save-change")
    else:
        page.goto(page.url.replace("/change/", "/changed/"))


def show_proposal(page: Page) -> None:
    """Another name for the facility, as its coordinator proposed it."""
    show_status_change(page)
    page.locator("a[href*='/propose/hospital/']").first.click()
    if page.locator("[name=why]").count():
        page.fill("[name=name]", "Avonfield Infirmary and Children’s Hospital")
        page.fill("[name=why]", "The two hospitals were merged.")
        page.click("main form:has([name=why]) button[type=submit]")
    else:
        page.locator("main a[href*='/work/proposals/']").first.click()


def show_dry_run(page: Page) -> None:
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    page.fill("[name=table]", SHEET.format(today=today))
    page.click("main form:has([name=table]) button[type=submit]")


def show_month(page: Page) -> None:
    page.locator("main a[href^='?month=']").first.click()


def show_person(page: Page) -> None:
    page.locator("main table tbody a").first.click()


def show_site_in_admin(page: Page) -> None:
    page.click("#result_list tbody tr:first-child a")
    page.wait_for_selector("#trialsite_form")


class Picture(NamedTuple):
    name: str
    login: str
    path: str
    steps: Callable[[Page], None] | None = None
    size: dict = DESK
    theme: str = "light"


PICTURES = [
    Picture("search", "", "/?words=cancer"),
    Picture("trial", "", f"/trials/{TRIAL}/"),
    Picture("trial-phone", "", f"/trials/{TRIAL}/", size=PHONE, theme="dark"),
    Picture("board", "", f"/trials/{TRIAL}/sites/"),
    Picture("work", "coordinator", "/work/", size={"width": 1200, "height": 700}),
    Picture("work-phone", "coordinator", "/work/", size=PHONE, theme="dark"),
    Picture("change", "coordinator", "/work/", show_status_change),
    Picture("admin", "coordinator", "/admin/sites/trialsite/", show_site_in_admin),
    Picture("rules", "trialcoordinator", f"/work/trials/{YOUNG_TRIAL}/"),
    Picture("grid", "trialcoordinator", f"/trials/{TRIAL}/enrollment/", show_month),
    Picture("activation", "trialcoordinator", f"/trials/{TRIAL}/activation/"),
    Picture("person", "trialcoordinator", "/people/", show_person),
    Picture("dry-run", "trialcoordinator", "/work/bulk/", show_dry_run),
    Picture("advice", "trialcoordinator", "/work/", show_status_suggestion),
    Picture("proposal", "coordinator", "/work/", show_proposal),
    Picture("registry", "trialcoordinator", f"/trials/{TRIAL}/registry/"),
]


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for picture in PICTURES:
            for page in open_page(browser, address, picture):
                page.screenshot(path=FOLDER / f"{picture.name}.png")
        browser.close()


def open_page(browser: Browser, address: str, picture: Picture) -> Iterator[Page]:
    """The page of a picture, in a browser context of its own."""
    context = browser.new_context(base_url=address, viewport=picture.size, color_scheme=picture.theme)
    page = context.new_page()
    if picture.login:
        sign_in(page, picture.login)
    page.goto(picture.path)
    if picture.steps:
        picture.steps(page)
        page.wait_for_load_state()
    yield page
    context.close()


def sign_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/?next=/work/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORDS[login])
    page.click("main button[type=submit]")
    page.wait_for_url("**/work/**")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
