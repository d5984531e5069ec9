"""Passwords: length and storage."""

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from config import settings as default_settings
from history.authorship import authored
from tests.accounts.login_helpers import PASSWORD, logged_in_client
from tests.factories import a_user

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"


def test_a_password_is_stored_as_an_argon2_hash(settings):
    settings.PASSWORD_HASHERS = default_settings.PASSWORD_HASHERS
    assert a_user().password.startswith("argon2$argon2id$")


def test_an_older_hash_becomes_argon2_at_the_next_sign_in(settings):
    settings.PASSWORD_HASHERS = default_settings.PASSWORD_HASHERS
    user = a_user()
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, "dullsalt", 1000)
    with authored("test"):
        user.save()
    logged_in_client(user)
    user.refresh_from_db()
    assert user.password.startswith("argon2$")


@pytest.mark.parametrize(("password", "is_accepted"), [("qjx-vw-7-ke", False), ("qjx-vw-7-keb", True)])
def test_a_password_needs_twelve_characters(password, is_accepted):
    answer = logged_in_client(a_user()).post(
        CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert (answer.status_code == 302) is is_accepted
    assert is_accepted or "at least 12 characters" in answer.content.decode()


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_a_placeholder_never_repeats_a_label(client, address):
    html = client.get(address).content.decode()
    assert "<label" in html
    assert "placeholder" not in html


def test_the_account_page_links_to_all_pages(client):
    client = logged_in_client(a_user(first_name="Ana", last_name="Lyon"))
    page = client.get("/accounts/").content.decode()
    assert re.search(r'<a href="/accounts/"[^>]*>Ana Lyon</a>', page)
    for address in (CHANGE, "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/email/"])
def test_replaced_allauth_pages_redirect_to_the_account(address):
    assert logged_in_client(a_user()).get(address).headers["Location"] == "/accounts/"


def test_users_cannot_change_their_own_email_address():
    user = a_user(email="ana@example.org")
    client = logged_in_client(user)
    for action in ("action_add", "action_primary"):
        client.post("/accounts/email/", {action: "", "email": "manager@example.org"})
    user.refresh_from_db()
    assert user.email == "ana@example.org"
