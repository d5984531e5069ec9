"""Signing in with a browser: the code of an app by keyboard, and a passkey of a virtual authenticator."""

import pytest
from playwright.sync_api import expect

from tests.accounts.login_helpers import PASSWORD, SECRET, add_authenticator, recovery_codes
from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import assert_no_sideways_scrolling
from tests.browser.login_helpers import log_in, totp_code
from tests.factories import a_manager

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "", "second-factor/", "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/", "2fa/webauthn/add/", "2fa/reauthenticate/", "2fa/webauthn/reauthenticate/",
    "reauthenticate/", "password/change/", "logout/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def mfa_required(settings):
    settings.SECOND_FACTOR_DEMANDED = True


def plug_in_an_authenticator(page) -> None:
    """Add a virtual authenticator with user verification that confirms every request."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def log_out(page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_manager_logs_in_with_the_code_of_an_app_by_keyboard(open_page, viewport, scripts):
    add_authenticator(a_manager())
    page = log_in(open_page(viewport, scripts=scripts), "manager", PASSWORD, SECRET, leads_to="**/overview/")
    assert page.get_by_role("heading", name="No trials yet").is_visible()


def test_a_user_signs_in_with_a_recovery_code(open_page):
    manager = add_authenticator(a_manager())
    page = log_in(open_page(NARROW, scripts=False), "manager", PASSWORD, leads_to="**/2fa/authenticate/")
    page.get_by_label("Code", exact=True).focus()
    page.keyboard.type(recovery_codes(manager)[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/overview/")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_manager_sets_up_an_app_by_keyboard_without_scripts(open_page, viewport):
    a_manager()
    page = log_in(open_page(viewport, scripts=False), "manager", PASSWORD, leads_to="**/second-factor/")
    page.get_by_role("link", name="Set up an app").press("Enter")
    page.get_by_role("img", name="The key below, as a QR code").wait_for()
    page.get_by_text("Enter the key without a camera").press("Enter")
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("Code from the app").focus()
    page.keyboard.type(totp_code(secret))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("link", name="Go to My work").press("Enter")
    page.wait_for_url("**/work/")
    log_out(page)
    page.goto("/work/")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_a_user_signs_in_with_a_passkey_alone_and_after_the_password(open_page):
    a_manager()
    page = open_page()
    plug_in_an_authenticator(page)
    log_in(page, "manager", PASSWORD, leads_to="**/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/accounts/")
    assert page.get_by_role("link", name="Rename Passkey 1").is_visible()

    log_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/overview/")

    log_out(page)
    log_in(page, "manager", PASSWORD, leads_to="**/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/overview/")


def test_the_passkey_button_is_shown_after_its_script_has_loaded(open_page):
    a_manager()
    page = log_in(open_page(), "manager", PASSWORD, leads_to="**/second-factor/")
    routes = []
    page.route("**/mfa/js/webauthn.js", lambda route: routes.append(route))
    page.goto("/accounts/2fa/webauthn/add/", wait_until="commit")
    button = page.locator("#mfa_webauthn_add")
    button.wait_for(state="attached")
    expect(button).to_be_hidden()
    routes[0].continue_()
    expect(button).to_be_visible()


def test_a_missing_passkey_is_explained(open_page):
    page = open_page()
    plug_in_an_authenticator(page)
    page.goto("/accounts/login/")
    expect(page.get_by_text("The passkey was not used")).to_be_hidden()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")


def test_without_scripts_the_passkey_button_is_hidden(open_page):
    page = open_page(scripts=False)
    page.goto("/accounts/login/")
    assert page.get_by_role("button", name="Sign in").is_visible()
    assert page.get_by_role("button", name="Use a passkey").count() == 0


def test_nothing_scrolls_sideways_at_320_pixels(open_page):
    add_authenticator(
        a_manager(first_name="Bartholomäus Maximilian", last_name="Freiherr von Hohenschwangau-Unterleiten")
    )
    page = log_in(open_page(NARROW), "manager", PASSWORD, SECRET, leads_to="**/overview/")
    assert_no_sideways_scrolling(page, [f"/accounts/{path}" for path in PAGES])
