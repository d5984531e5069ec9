"""Passwords: how long, and how they are kept."""

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from config import settings as written
from history.authorship import authored
from tests.accounts.login_helpers import PASSWORD, logged_in_client
from tests.factories import a_user

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"


def test_a_password_is_kept_as_an_argon2_digest(settings):
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS
    assert a_user().password.startswith("argon2$argon2id$")


def test_an_older_digest_becomes_argon2_at_the_next_log_in(settings):
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS
    user = a_user()
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, "dullsalt", 1000)
    with authored("test"):
        user.save()
    logged_in_client(user)
    user.refresh_from_db()
    assert user.password.startswith("argon2$")


@pytest.mark.parametrize(("password", "is_taken"), [("qjx-vw-7-ke", False), ("qjx-vw-7-keb", True)])
def test_twelve_characters_are_enough_and_eleven_are_not(password, is_taken):
    answer = logged_in_client(a_user()).post(
        CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert (answer.status_code == 302) is is_taken
    assert is_taken or "at least 12 characters" in answer.content.decode()


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_a_placeholder_never_repeats_a_label(client, address):
    assert "placeholder" not in client.get(address).content.decode()


def test_the_page_of_the_account_leads_to_everything(client):
    client = logged_in_client(a_user(first_name="Ana", last_name="Lyon"))
    page = client.get("/accounts/").content.decode()
    assert re.search(r'<a href="/accounts/"[^>]*>Ana Lyon</a>', page)
    for address in (CHANGE, "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/email/"])
def test_what_allauth_spreads_over_pages_leads_to_the_account(address):
    assert logged_in_client(a_user()).get(address).headers["Location"] == "/accounts/"


def test_nobody_changes_the_address_by_which_they_are_found():
    user = a_user(email="ana@example.org")
    client = logged_in_client(user)
    for act in ("action_add", "action_primary"):
        client.post("/accounts/email/", {act: "", "email": "manager@example.org"})
    user.refresh_from_db()
    assert user.email == "ana@example.org"
