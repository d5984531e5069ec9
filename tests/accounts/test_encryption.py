"""Encrypted second factors: a copy of the database is not enough to sign in."""

import json

import pytest

from tests.accounts.login_helpers import (
    SECRET,
    add_authenticator,
    is_logged_in,
    recovery_codes,
    submit_code,
    submit_password,
)
from tests.browser.login_helpers import totp_code
from tests.factories import a_user

pytestmark = pytest.mark.django_db


def test_secrets_and_recovery_codes_are_encrypted_in_the_tables():
    user = add_authenticator(a_user())
    stored = json.dumps(list(user.authenticator_set.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not [code for code in recovery_codes(user) if code in stored]
    assert {data[name][:6] for data in json.loads(stored) for name in ("secret", "seed") if name in data} == {"gAAAAA"}


def test_the_key_of_the_server_can_change_with_the_old_one_as_fallback(client, settings):
    user = add_authenticator(a_user())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-long-and-dull-key-for-tests-of-sign-in"
    submit_password(client, user.username)
    submit_code(client, totp_code(SECRET))
    assert is_logged_in(client)


def test_a_factor_that_no_key_decrypts_is_explained(client, settings):
    user = add_authenticator(a_user())
    settings.SECRET_KEY = "another-long-and-dull-key-for-tests-of-sign-in"
    submit_password(client, user.username)
    answer = submit_code(client, totp_code(SECRET)).content.decode()
    assert "the key of this server has changed" in answer
    client.force_login(user)
    assert "the key of this server has changed" in client.get("/accounts/").content.decode()
