"""Guessing passwords is slow, for the guesser only."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.login_helpers import PASSWORD, is_logged_in, submit_password
from tests.factories import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared_cache(settings):
    """As in production: counted in the database, which every worker asks."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_attempts"}
    }
    cache.clear()


def try_wrong_password(username: str, times: int, **headers) -> list[int]:
    return [submit_password(Client(), username, "wrong", **headers).status_code for _ in range(times)]


def test_the_sixth_wrong_password_is_refused_and_so_is_the_right_one_then(client):
    a_user("ana")
    assert try_wrong_password("ana", 6) == [200] * 5 + [429]
    refused = submit_password(client, "ana", PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "300"
    page = refused.content.decode()
    assert "Wait 5 minutes, then try again." in page
    assert 'class="brand"' in page
    assert not is_logged_in(client)


def test_another_account_from_elsewhere_still_gets_in(client):
    a_user("ana")
    a_user("ben")
    try_wrong_password("ana", 6)
    submit_password(client, "ben", PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert is_logged_in(client)


def test_who_guesses_elsewhere_does_not_keep_the_owner_out(client):
    a_user("ana")
    try_wrong_password("ana", 6)
    submit_password(client, "ana", PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert is_logged_in(client)


def test_a_name_that_is_guessed_from_many_addresses_is_held_up_everywhere(client):
    a_user("ana")
    a_user("ben")
    answers = [try_wrong_password("Ana", 5, REMOTE_ADDR=f"192.0.2.{number}") for number in range(7)]
    assert answers == [[200] * 5] * 6 + [[429] * 5]
    assert submit_password(client, "ana", PASSWORD, REMOTE_ADDR="192.0.2.99").status_code == 429
    submit_password(client, "ben", PASSWORD, REMOTE_ADDR="192.0.2.99")
    assert is_logged_in(client)


def test_addresses_of_one_line_count_as_one():
    a_user("ana")
    assert [try_wrong_password("ana", 1, REMOTE_ADDR=f"2001:db8::{number}") for number in range(6)] == [[200]] * 5 + [
        [429]
    ]


def test_right_passwords_do_not_count(client):
    a_user("ana")
    for _ in range(8):
        assert submit_password(Client(), "ana").status_code == 302


def test_many_names_from_one_place_are_refused_too():
    assert try_wrong_usernames(11) == [200] * 10 + [429]


def test_without_a_proxy_nobody_hides_behind_a_header():
    assert try_wrong_usernames(11, hidden_by="{}")[-1] == 429


def test_behind_a_proxy_the_last_address_counts_which_the_proxy_itself_wrote(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert try_wrong_usernames(11, hidden_by="{}") == [200] * 11
    assert try_wrong_usernames(11, hidden_by="{}, 192.0.2.99")[-1] == 429


def try_wrong_usernames(times: int, hidden_by: str = "") -> list[int]:
    answers = []
    for number in range(times):
        header = {"HTTP_X_FORWARDED_FOR": hidden_by.format(f"192.0.2.{number}")} if hidden_by else {}
        answers += try_wrong_password(f"nobody-{number}", 1, **header)
    return answers


def test_asking_for_many_password_mails_is_refused_for_a_minute():
    answers = [Client().post("/accounts/password/reset/", {"email": "ana@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Wait one minute, then try again." in answers[-1].content.decode()
    assert answers[-1].headers["Retry-After"] == "60"
