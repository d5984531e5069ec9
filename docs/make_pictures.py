"""Takes the README's pictures from a running Sitelight with demo data: `python docs/make_pictures.py [ADDRESS]`."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 800}
PUBLIC = {
    "search": "/?words=cancer",
    "trial": "/trials/NCT00000001/",
    "board": "/trials/NCT00000001/sites/",
}


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, path in PUBLIC.items():
            take(browser, address + path, name, DESK, "light")
        take(browser, address + PUBLIC["trial"], "trial-phone", PHONE, "dark")
        take_coordinator(browser, address)
        browser.close()


def take(browser, url: str, name: str, size: dict, theme: str) -> None:
    page = browser.new_page(viewport=size, color_scheme=theme)
    page.goto(url)
    page.screenshot(path=HERE / f"{name}.png")
    page.close()


def take_coordinator(browser, address: str) -> None:
    """My work, and a site in the admin, as the demo's coordinator sees them."""
    page: Page = browser.new_page(viewport=DESK, color_scheme="light")
    page.goto(f"{address}/accounts/login/?next=/work/")
    page.fill("[name=login]", "coordinator")
    page.fill("[name=password]", "still-true-today")
    page.click("main button[type=submit]")
    page.wait_for_url("**/work/")
    page.goto(f"{address}/work/")
    page.screenshot(path=HERE / "work.png")
    page.goto(f"{address}/admin/sites/trialsite/")
    page.click("#result_list tbody tr:first-child a")
    page.wait_for_selector("#trialsite_form")
    page.screenshot(path=HERE / "admin.png")
    page.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
