"""Takes the pictures of README.md and docs/coordinators.md: `python docs/make_pictures.py [ADDRESS]`.

ADDRESS is a running `./run`, whose demo data is changed a little; another run on the same data takes the same.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent / "pictures"
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


def site_of(page: Page, place: str, trial: str) -> None:
    """To the page on which a site's status is changed."""
    page.goto(f"/work/?trial={trial}")
    page.goto(page.locator("a[href$='/change/']", has_text=f"{place}, {trial}").first.get_attribute("href"))


def a_change(page: Page) -> None:
    site_of(page, "Avonfield Infirmary", TRIAL)


def an_advice(page: Page) -> None:
    """The first site of a trial not yet recruiting begins to recruit."""
    site_of(page, "St Brannoc's Hospital", YOUNG_TRIAL)
    if page.locator("[value=RECRUITING]").count():
        page.check("[value=RECRUITING]")
        page.get_by_role("button", name="Save").click()
    else:
        page.goto(page.url.replace("/change/", "/changed/"))


def a_proposal(page: Page) -> None:
    """Another name for the hospital, as its coordinator proposed it."""
    a_change(page)
    page.get_by_role("link", name="the hospital’s name or address").click()
    if page.locator("[name=why]").count():
        page.fill("[name=name]", "Avonfield Infirmary and Children’s Hospital")
        page.fill("[name=why]", "The two hospitals were merged.")
        page.get_by_role("button", name="Propose").click()
    else:
        page.get_by_role("link", name="See it").click()


def a_dry_run(page: Page) -> None:
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    page.fill("[name=table]", SHEET.format(today=today))
    page.get_by_role("button", name="See what would change").click()


def a_month(page: Page) -> None:
    page.get_by_role("link", name="Enter ").first.click()


def a_person(page: Page) -> None:
    page.locator("main table tbody a").first.click()


def a_site_in_the_admin(page: Page) -> None:
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
    Picture("change", "coordinator", "/work/", a_change),
    Picture("admin", "coordinator", "/admin/sites/trialsite/", a_site_in_the_admin),
    Picture("rules", "trialcoordinator", f"/work/trials/{YOUNG_TRIAL}/"),
    Picture("grid", "trialcoordinator", f"/trials/{TRIAL}/enrollment/", a_month),
    Picture("activation", "trialcoordinator", f"/trials/{TRIAL}/activation/"),
    Picture("person", "trialcoordinator", "/people/", a_person),
    Picture("dry-run", "trialcoordinator", "/work/bulk/", a_dry_run),
    Picture("advice", "trialcoordinator", "/work/", an_advice),
    Picture("proposal", "coordinator", "/work/", a_proposal),
    Picture("registry", "trialcoordinator", f"/trials/{TRIAL}/registry/"),
]


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for picture in PICTURES:
            for page in opened(browser, address, picture):
                page.screenshot(path=HERE / f"{picture.name}.png")
        browser.close()


def opened(browser: Browser, address: str, picture: Picture) -> Iterator[Page]:
    """The page to be taken, in a browser of its own."""
    context = browser.new_context(base_url=address, viewport=picture.size, color_scheme=picture.theme)
    page = context.new_page()
    if picture.login:
        log_in(page, picture.login)
    page.goto(picture.path)
    if picture.steps:
        picture.steps(page)
        page.wait_for_load_state()
    yield page
    context.close()


def log_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/?next=/work/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORDS[login])
    page.click("main button[type=submit]")
    page.wait_for_url("**/work/**")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
