"""What the coordinator does, step by step. Every step begins where the one before ended."""

import re

from playwright.sync_api import expect

from tests.accounts.login_helpers import SECRET
from tests.browser.login_helpers import totp_code

NAME, PASSWORD = "trialcoordinator", "one-trial-many-sites"
OPENED = "Orthopädische Klinik an der Dreisam"  # a site of MERIDIAN, the first that recruits


def log_in(player) -> None:
    """With a password and a code of the app; then My work."""
    page = player.page
    page.goto("/accounts/login/")
    player.write(page.get_by_label("E-mail or username"), NAME)
    player.write(page.get_by_label("Password", exact=True), PASSWORD)
    player.activate(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url("**/2fa/authenticate/")
    player.write(page.get_by_label("Code", exact=True), totp_code(SECRET))
    player.activate(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url("**/overview/")
    page.goto("/work/")


def confirm_twenty(player) -> list[str]:
    """The acts that it took."""
    rows = player.page.get_by_role("region", name="Tasks").locator("[data-row]")
    player.acts.clear()
    player.confirm(rows, 20)
    return list(player.acts)


def open_a_site(player) -> None:
    """It recruits from today on."""
    page = player.page
    player.activate(page.locator("summary", has_text="Up-to-date sites"))
    player.activate(page.get_by_role("link", name=f"Change {OPENED}"))
    player.choose(page.get_by_role("radio", name="Recruiting", exact=True))
    player.activate(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="Overall status check")).to_be_visible()


def apply_suggestion(player) -> None:
    page = player.page
    expect(page.get_by_text("Status that matches the site statuses: Recruiting")).to_be_visible()
    player.activate(page.get_by_role("link", name="Change the overall status"))
    expect(page.get_by_role("radio", name=re.compile("^Recruiting"))).to_be_checked()
    player.activate(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Overall status saved.")).to_be_visible()


def enter_a_month(player, month: str, table: str) -> None:
    """From the list to the trial's sites, to their numbers, to the month; the table goes in at the first cell."""
    page = player.page
    _go_to_my_work(player)
    player.activate(page.get_by_role("link", name="HARBOR-2", exact=True).first)
    player.activate(page.get_by_role("link", name="All sites as a table"))
    player.activate(page.get_by_role("link", name="Enrollment", exact=True))
    player.activate(page.get_by_role("link", name=re.compile("^Enter ")))
    player.activate(page.get_by_role("link", name=f"{month} →"))
    expect(page.get_by_role("heading", name=f"Enrollment in {month}")).to_be_visible()
    player.paste(page.locator("[data-cell]").first, table)
    player.activate(page.get_by_role("button", name="Save", exact=True))


def accept_registry_values(player) -> None:
    page = player.page
    _go_to_my_work(player)
    player.activate(page.get_by_role("link", name=re.compile("^Resolve.*1 difference")))
    player.activate(page.get_by_role("button", name=re.compile("^Use registry value ?:")))
    expect(page.get_by_text("1 difference resolved")).to_be_visible()


def _go_to_my_work(player) -> None:
    """By the main links, which may be folded where it is narrow."""
    fold = player.page.get_by_role("navigation", name="Main").locator("summary")
    if fold.is_visible():
        player.activate(fold)
    player.activate(player.page.get_by_role("link", name="My work", exact=True).first)
