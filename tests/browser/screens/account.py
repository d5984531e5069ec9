"""Screens of sign-in, the account, second factors, password reset and single sign-on."""

from urllib.parse import parse_qs, urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from accounts.drafts.models import FormDraft
from tests.accounts.login_helpers import add_authenticator
from tests.accounts.oidc_server import run_provider
from tests.accounts.test_single_sign_on import CALLBACK_URL, LOGIN_URL, app, sso_login
from tests.browser.screens.stage import ANONYMOUS, at, follow, press
from tests.browser.test_login import plug_in_an_authenticator

FOLDERS = ["account", "mfa", "socialaccount"]
ELSEWHERE = {
    "account/account_inactive.html": "allauth's page after a sign-in that the form refuses already",
    "account/password_set.html": "for users without a password; same form as the change of a password",
}
MISSING_PAGE = "/work/new-trial/999999999/"
NAME, PASSWORD = "manager", "every-site-counts"


def password_prompt(page):
    page.fill("[name=login]", NAME)
    page.fill("[name=password]", PASSWORD)
    return press(page, "Sign in", exact=True)


def logged_in_page(stage, path: str):
    """A page of a manager who has just signed in with the password."""
    page = stage.page(ANONYMOUS)
    if page.url == "about:blank":
        page.goto("/accounts/login/")
        password_prompt(page)
    page.goto(path)
    return page


def login_page(path: str):
    return lambda stage: logged_in_page(stage, path)


def second_factor_setup(stage):
    with override_settings(SECOND_FACTOR_DEMANDED=True):
        return logged_in_page(stage, "/accounts/second-factor/")


def wrong_password(stage):
    page = stage.go("/accounts/login/")
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "not this one")
    return press(page, "Sign in", exact=True)


def reset_requested(stage):
    page = stage.go("/accounts/password/reset/")
    page.fill("[name=email]", "tobias.nakagawa@example.org")
    return press(page, "Send link")


def reset_link(stage):
    user = get_user_model().objects.get(username="inspector")
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return stage.go(f"/accounts/password/reset/key/{key}/")


def reset_too_short(stage):
    page = reset_link(stage)
    page.fill("[name=password1]", "short")
    page.fill("[name=password2]", "shorter")
    return press(page, "Save password")


def reset_done(stage):
    page = reset_link(stage)
    for name in ("password1", "password2"):
        page.fill(f"[name={name}]", "a-long-new-passphrase")
    return press(page, "Save password")


def password_refused(stage):
    page = logged_in_page(stage, "/accounts/password/change/")
    page.fill("[name=oldpassword]", "not this one")
    page.fill("[name=password1]", "1234")
    page.fill("[name=password2]", "12345")
    return press(page, "Change password")


def wrong_first_code(stage):
    page = logged_in_page(stage, "/accounts/2fa/totp/activate/")
    page.fill("[name=code]", "000000")
    return press(page, "Set up app")


def with_a_passkey(stage):
    page = logged_in_page(stage, "/accounts/2fa/webauthn/add/")
    plug_in_an_authenticator(page)
    press(page, "Add passkey")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    return page


def passkey_renamed(stage):
    page = logged_in_page(stage, "/accounts/")
    return follow(page, page.get_by_role("link", name="Rename Passkey 1"))


def passkey_removed(stage):
    page = logged_in_page(stage, "/accounts/")
    return follow(page, page.get_by_role("link", name="Remove Passkey 1"))


def with_an_app(stage):
    add_authenticator(get_user_model().objects.get(username=NAME))
    return logged_in_page(stage, "/accounts/")


def code_prompt(stage):
    page = stage.go("/accounts/login/")
    return password_prompt(page)


def wrong_code(stage):
    page = stage.page()
    page.fill("[name=code]", "000000")
    return press(page, "Sign in", exact=True)


def sso_page(path: str, status: int = 200):
    """A page with an unreachable provider in the settings."""

    def screen(stage):
        with override_settings(**sso_settings("http://127.0.0.1:9")):
            return stage.go(path, status=status)

    return screen


def sso_unknown_user(stage):
    """The response for an unknown user, loaded into the browser, which cannot connect to the provider itself."""
    with run_provider() as provider, override_settings(**sso_settings(provider.url)):
        return load_response(stage, sso_login(Client()))


def sso_cancelled(stage):
    client = Client()
    with run_provider() as provider, override_settings(**sso_settings(provider.url)):
        params = parse_qs(urlsplit(client.get(LOGIN_URL).headers["Location"]).query)
        return load_response(stage, client.get(CALLBACK_URL, {"error": "access_denied", "state": params["state"][0]}))


def load_response(stage, answer):
    page = stage.page()
    page.unroute_all()
    page.route("**/response/", lambda route: route.fulfill(body=answer.content.decode(), content_type="text/html"))
    page.goto("/response/")
    return page


def unsaved_form(stage):
    """The list of drafts with a form that was sent after its session had ended."""
    page = logged_in_page(stage, "/work/new-trial/")
    Session.objects.all().delete()
    page.fill("[name=org_study_id]", "HARBOUR-7")
    page.fill("[name=brief_title]", "Walking after a stroke")
    press(page, "Add trial")
    password_prompt(page)
    return logged_in_page(stage, "/accounts/drafts/")


def unsaved_form_without_page(stage):
    """The entries of a form whose page no longer exists."""
    unsaved_form(stage)
    FormDraft.objects.update(page=MISSING_PAGE)
    return logged_in_page(stage, MISSING_PAGE)


def sso_settings(url: str) -> dict:
    providers = {"openid_connect": {"APPS": [app(url)]}}
    return {"OIDC_SERVER_URL": url, "OIDC_NAME": "St Brannoc's", "SOCIALACCOUNT_PROVIDERS": providers}


SCREENS = {
    "login": at("/accounts/login/"),
    "login-wrong": wrong_password,
    "signing-up": at("/accounts/signup/"),
    "reset": at("/accounts/password/reset/"),
    "reset-requested": reset_requested,
    "reset-link": reset_link,
    "reset-too-short": reset_too_short,
    "reset-done": reset_done,
    "reset-link-used": at("/accounts/password/reset/key/3-abc123-00ff/"),
    "sso": sso_page("/accounts/login/"),
    "sso-unreachable": sso_page("/accounts/oidc/login/", 502),
    "sso-rejected": sso_page("/accounts/oidc/login/callback/?error=access_denied", 401),
    "sso-cancelled": sso_cancelled,
    "sso-unknown-user": sso_unknown_user,
    "unsaved-forms-none": login_page("/accounts/drafts/"),
    "unsaved-form": unsaved_form,
    "unsaved-form-without-page": unsaved_form_without_page,
    "account-without-factor": login_page("/accounts/"),
    "second-factor-setup": second_factor_setup,
    "app": login_page("/accounts/2fa/totp/activate/"),
    "app-wrong-code": wrong_first_code,
    "password": login_page("/accounts/password/change/"),
    "password-refused": password_refused,
    "passkey": login_page("/accounts/2fa/webauthn/add/"),
    "passkey-added": with_a_passkey,
    "passkey-renamed": passkey_renamed,
    "passkey-removed": passkey_removed,
    "account-with-factors": with_an_app,
    "app-removed": login_page("/accounts/2fa/totp/deactivate/"),
    "codes": login_page("/accounts/2fa/recovery-codes/"),
    "new-codes": login_page("/accounts/2fa/recovery-codes/generate/"),
    "reauthenticate": login_page("/accounts/reauthenticate/"),
    "reauthenticate-by-code": login_page("/accounts/2fa/reauthenticate/"),
    "reauthenticate-by-passkey": login_page("/accounts/2fa/webauthn/reauthenticate/"),
    "logout": login_page("/accounts/logout/"),
    "code": code_prompt,
    "code-wrong": wrong_code,
}
