"""Coming in through an organization's own door, by a real provider on loopback."""

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
    """As a browser goes: to the provider, and back with what it says."""
    there = urlsplit(client.get(address).headers["Location"])
    connection = HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert back.path == CALLBACK_URL
    return client.get(f"{back.path}?{back.query}")


def test_somebody_with_an_account_here_comes_in_by_a_verified_address(client, provider):
    a_user(email="Ana@Example.org")
    assert sso_login(client).headers["Location"] == "/work/"
    assert is_logged_in(client)
    assert User.objects.get().check_password(PASSWORD), "the password stays what it was"


def test_they_come_in_again_and_arrive_where_they_wanted(client, provider):
    a_user(email="ana@example.org")
    for _ in range(2):
        client.logout()
        assert sso_login(client, f"{LOGIN_URL}?next=/admin/").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    "said",
    [
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email": ""},
    ],
)
def test_whoever_is_not_known_by_a_verified_address_stays_out_and_no_account_is_made(client, provider, said):
    a_user(email="ana@example.org")
    provider.person |= said
    answer = sso_login(client)
    assert answer.status_code == 403
    assert "There is no account for you here" in answer.content.decode()
    assert not is_logged_in(client)
    assert User.objects.count() == 1


def test_an_address_of_two_accounts_opens_neither(client, provider):
    a_user("ana", email="ana@example.org")
    a_user("ben", email="ANA@example.org")
    assert sso_login(client).status_code == 403


def test_a_closed_account_stays_closed(client, provider):
    a_user(email="ana@example.org", is_active=False)
    assert sso_login(client).status_code == 403


def test_the_second_factor_is_asked_for_here_too(client, provider):
    add_authenticator(a_user(email="ana@example.org"))
    assert sso_login(client).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)
    submit_code(client, totp_code(SECRET))
    assert is_logged_in(client)


def test_a_manager_who_comes_in_so_is_led_to_set_one_up(client, provider, settings):
    settings.SECOND_FACTOR_DEMANDED = True
    a_manager(email="ana@example.org")
    sso_login(client)
    assert client.get("/work/").headers["Location"] == "/accounts/second-factor/"


def test_a_stolen_answer_of_the_provider_opens_nothing_in_another_browser(client, provider, attacker_client):
    a_user(email="ana@example.org")
    there = urlsplit(client.get(LOGIN_URL).headers["Location"])
    answer = attacker_client.get(f"{CALLBACK_URL}?code=code-0&{there.query}")
    assert "That did not work" in answer.content.decode()
    assert not is_logged_in(attacker_client)


@pytest.fixture
def attacker_client():
    from django.test import Client

    return Client()


def test_a_provider_that_refuses_us_is_told_in_words(client, provider, settings):
    a_user(email="ana@example.org")
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = "wrong"
    assert "That did not work" in sso_login(client).content.decode()
    assert provider.refused
    assert not is_logged_in(client)


def test_whoever_goes_back_at_the_provider_is_told_so(client, provider):
    there = parse_qs(urlsplit(client.get(LOGIN_URL).headers["Location"]).query)
    answer = client.get(CALLBACK_URL, {"error": "access_denied", "state": there["state"][0]})
    assert answer.status_code == 200
    assert "You went back" in answer.content.decode()


def test_a_provider_that_is_away_is_told_in_words(client, provider, settings):
    nobody = {"server_url": "http://127.0.0.1:9", "oauth_pkce_enabled": True}
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = nobody
    answer = client.get(LOGIN_URL)
    assert answer.status_code == 502
    assert "could not be reached" in answer.content.decode()


def test_no_other_identity_is_tied_to_an_open_account(provider):
    assert logged_in_client(a_user()).get(f"{LOGIN_URL}?process=connect").status_code == 404


def test_the_button_stands_on_the_page_and_says_whose_door_it_is(client, provider):
    assert "Sign in with St Brannoc" in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "address", [LOGIN_URL, CALLBACK_URL, "/accounts/3rdparty/", "/accounts/3rdparty/signup/", "/accounts/oidc/"]
)
def test_without_a_provider_in_the_settings_there_is_no_such_door(client, address):
    assert client.get(address).status_code == 404
    assert "oidc" not in client.get("/accounts/login/").content.decode()
