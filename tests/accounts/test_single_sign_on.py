"""Single sign-on with an OpenID Connect provider on loopback."""

from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import User
from tests.accounts.login_helpers import (
    PASSWORD,
    SECRET,
    add_authenticator,
    is_logged_in,
    logged_in_client,
    submit_code,
)
from tests.accounts.oidc_server import CLIENT, CLIENT_SECRET, run_provider
from tests.browser.login_helpers import totp_code
from tests.factories import a_manager, a_user

pytestmark = pytest.mark.django_db
LOGIN_URL, CALLBACK_URL = "/accounts/oidc/login/", "/accounts/oidc/login/callback/"


@pytest.fixture
def provider(settings):
    with run_provider() as provider:
        settings.OIDC_SERVER_URL, settings.OIDC_NAME = provider.url, "St Brannoc's"
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app(provider.url)]}}
        yield provider


def app(url: str) -> dict:
    settings = {"server_url": url, "oauth_pkce_enabled": True}
    return {
        "provider_id": "oidc",
        "name": "St Brannoc's",
        "client_id": CLIENT,
        "secret": CLIENT_SECRET,
        "settings": settings,
    }


def sso_login(client, address: str = LOGIN_URL):
    """Follow the redirect to the provider and the redirect back."""
    authorize_url = urlsplit(client.get(address).headers["Location"])
    connection = HTTPConnection(authorize_url.netloc)
    connection.request("GET", f"{authorize_url.path}?{authorize_url.query}")
    callback_url = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert callback_url.path == CALLBACK_URL
    return client.get(f"{callback_url.path}?{callback_url.query}")


def test_a_user_with_a_verified_address_is_signed_in(client, provider):
    a_user(email="Ana@Example.org")
    assert sso_login(client).headers["Location"] == "/work/"
    assert is_logged_in(client)
    assert User.objects.get().check_password(PASSWORD), "the password is unchanged"


def test_single_sign_on_redirects_to_the_next_page(client, provider):
    a_user(email="ana@example.org")
    for _ in range(2):
        client.logout()
        assert sso_login(client, f"{LOGIN_URL}?next=/admin/").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email": ""},
    ],
)
def test_without_a_verified_address_of_a_user_no_account_is_created(client, provider, claims):
    a_user(email="ana@example.org")
    provider.person |= claims
    answer = sso_login(client)
    assert answer.status_code == 403
    assert "no Sitelight account has your e-mail address" in answer.content.decode()
    assert not is_logged_in(client)
    assert User.objects.count() == 1


def test_an_address_of_two_accounts_signs_in_neither(client, provider):
    a_user("ana", email="ana@example.org")
    a_user("ben", email="ANA@example.org")
    assert sso_login(client).status_code == 403


def test_an_inactive_user_cannot_sign_in(client, provider):
    a_user(email="ana@example.org", is_active=False)
    assert sso_login(client).status_code == 403


def test_single_sign_on_needs_the_second_factor(client, provider):
    add_authenticator(a_user(email="ana@example.org"))
    assert sso_login(client).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)
    submit_code(client, totp_code(SECRET))
    assert is_logged_in(client)


def test_a_manager_is_redirected_to_set_up_a_second_factor(client, provider, settings):
    settings.SECOND_FACTOR_DEMANDED = True
    a_manager(email="ana@example.org")
    sso_login(client)
    assert client.get("/work/").headers["Location"] == "/accounts/second-factor/"


def test_a_callback_url_is_rejected_in_another_browser(client, provider, attacker_client):
    a_user(email="ana@example.org")
    authorize_url = urlsplit(client.get(LOGIN_URL).headers["Location"])
    answer = attacker_client.get(f"{CALLBACK_URL}?code=code-0&{authorize_url.query}")
    assert "Sign-in failed" in answer.content.decode()
    assert not is_logged_in(attacker_client)


@pytest.fixture
def attacker_client():
    from django.test import Client

    return Client()


def test_an_error_of_the_provider_is_explained(client, provider, settings):
    a_user(email="ana@example.org")
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = "wrong"
    assert "Sign-in failed" in sso_login(client).content.decode()
    assert provider.rejected
    assert not is_logged_in(client)


def test_a_sign_in_cancelled_at_the_provider_is_explained(client, provider):
    params = parse_qs(urlsplit(client.get(LOGIN_URL).headers["Location"]).query)
    answer = client.get(CALLBACK_URL, {"error": "access_denied", "state": params["state"][0]})
    assert answer.status_code == 200
    assert "Sign-in cancelled" in answer.content.decode()


def test_an_unreachable_provider_is_explained(client, provider, settings):
    unreachable = {"server_url": "http://127.0.0.1:9", "oauth_pkce_enabled": True}
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = unreachable
    answer = client.get(LOGIN_URL)
    assert answer.status_code == 502
    assert "could not be reached" in answer.content.decode()


def test_an_account_cannot_be_linked_to_another_identity(provider):
    assert logged_in_client(a_user()).get(f"{LOGIN_URL}?process=connect").status_code == 404


def test_the_sign_in_page_has_a_button_with_the_name_of_the_provider(client, provider):
    assert "Sign in with St Brannoc" in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "address", [LOGIN_URL, CALLBACK_URL, "/accounts/3rdparty/", "/accounts/3rdparty/signup/", "/accounts/oidc/"]
)
def test_without_a_provider_single_sign_on_is_a_404(client, address):
    assert client.get(address).status_code == 404
    assert "oidc" not in client.get("/accounts/login/").content.decode()
