"""Rate limits of sign-in attempts, which do not lock out the owner of the account."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.login_helpers import PASSWORD, is_logged_in, submit_password
from tests.factories import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared_cache(settings):
    """Counts in the database, as in production with several workers."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_attempts"}
    }
    cache.clear()


def try_wrong_password(username: str, times: int, **headers) -> list[int]:
    return [submit_password(Client(), username, "wrong", **headers).status_code for _ in range(times)]


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client):
    a_user("ana")
    assert try_wrong_password("ana", 6) == [200] * 5 + [429]
    response = submit_password(client, "ana", PASSWORD)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "300"
    page = response.content.decode()
    assert "Wait 5 minutes, then try again." in page
    assert 'class="brand"' in page
    assert not is_logged_in(client)


def test_another_account_from_another_address_is_not_limited(client):
    a_user("ana")
    a_user("ben")
    try_wrong_password("ana", 6)
    submit_password(client, "ben", PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert is_logged_in(client)


def test_the_owner_can_sign_in_from_another_address(client):
    a_user("ana")
    try_wrong_password("ana", 6)
    submit_password(client, "ana", PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert is_logged_in(client)


def test_attempts_from_many_addresses_limit_the_username_everywhere(client):
    a_user("ana")
    a_user("ben")
    answers = [try_wrong_password("Ana", 5, REMOTE_ADDR=f"192.0.2.{number}") for number in range(7)]
    assert answers == [[200] * 5] * 6 + [[429] * 5]
    assert submit_password(client, "ana", PASSWORD, REMOTE_ADDR="192.0.2.99").status_code == 429
    submit_password(client, "ben", PASSWORD, REMOTE_ADDR="192.0.2.99")
    assert is_logged_in(client)


def test_addresses_of_one_ipv6_network_count_as_one():
    a_user("ana")
    assert [try_wrong_password("ana", 1, REMOTE_ADDR=f"2001:db8::{number}") for number in range(6)] == [[200]] * 5 + [
        [429]
    ]


def test_right_passwords_do_not_count(client):
    a_user("ana")
    for _ in range(8):
        assert submit_password(Client(), "ana").status_code == 302


def test_many_usernames_from_one_address_are_limited():
    assert try_wrong_usernames(11) == [200] * 10 + [429]


def test_without_a_proxy_the_forwarded_header_is_ignored():
    assert try_wrong_usernames(11, hidden_by="{}")[-1] == 429


def test_behind_a_proxy_the_last_forwarded_address_counts(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert try_wrong_usernames(11, hidden_by="{}") == [200] * 11
    assert try_wrong_usernames(11, hidden_by="{}, 192.0.2.99")[-1] == 429


def try_wrong_usernames(times: int, hidden_by: str = "") -> list[int]:
    answers = []
    for number in range(times):
        header = {"HTTP_X_FORWARDED_FOR": hidden_by.format(f"192.0.2.{number}")} if hidden_by else {}
        answers += try_wrong_password(f"nobody-{number}", 1, **header)
    return answers


def test_password_reset_mails_are_limited():
    answers = [Client().post("/accounts/password/reset/", {"email": "ana@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Wait one minute, then try again." in answers[-1].content.decode()
    assert answers[-1].headers["Retry-After"] == "60"
