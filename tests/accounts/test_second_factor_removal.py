"""Helping somebody who lost their second factors, with a reason that is kept."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import FactorRemoval
from tests.accounts.login_helpers import SECRET, add_authenticator, is_logged_in, submit_code, submit_password
from tests.browser.login_helpers import totp_code
from tests.factories import a_manager, a_user

pytestmark = pytest.mark.django_db
USERS = "admin:accounts_user_changelist"


@pytest.fixture
def user_without_device(client):
    """Somebody with an app, logged in by it with `client`."""
    lost = add_authenticator(a_user("user_without_device"))
    submit_password(client, "user_without_device")
    submit_code(client, totp_code(SECRET))
    assert is_logged_in(client)
    return lost


@pytest.fixture
def administrator():
    client = Client()
    client.force_login(a_user("admin", is_superuser=True))
    return client


def remove(administrator, user, **words):
    return administrator.post(reverse(USERS), {"action": "remove_factors", "_selected_action": user.pk} | words)


def test_it_asks_why_before_anything_is_removed(administrator, user_without_device):
    page = remove(administrator, user_without_device).content.decode()
    assert "Why" in page
    assert user_without_device.authenticator_set.count() == 2
    remove(administrator, user_without_device, reason=" ")
    assert user_without_device.authenticator_set.count() == 2


def test_afterwards_the_password_opens_the_door_and_every_session_is_over(client, administrator, user_without_device):
    remove(administrator, user_without_device, reason="Called back on the ward's number")
    assert not is_logged_in(client)
    assert submit_password(client, "user_without_device").headers["Location"] == "/work/"
    assert is_logged_in(client)


def test_everybody_else_keeps_their_factors_and_stays_logged_in(administrator, user_without_device):
    other = add_authenticator(a_user("other"))
    browser = Client()
    submit_password(browser, "other")
    submit_code(browser, totp_code(SECRET))
    remove(administrator, user_without_device, reason="Called back on the ward's number")
    assert other.authenticator_set.count() == 2
    assert is_logged_in(browser)


def test_who_did_it_and_why_stands_in_the_history_of_the_user(administrator, user_without_device):
    remove(administrator, user_without_device, reason="Called back on the ward's number")
    history = administrator.get(reverse("admin:accounts_user_history", args=[user_without_device.pk])).content.decode()
    assert "Removal of second factors “" in history
    assert "Called back on the ward" in history
    assert ">admin</td>" in history


def test_a_manager_cannot_do_it(client, user_without_device):
    client.force_login(a_manager())
    remove(client, user_without_device, reason="I want to")
    assert user_without_device.authenticator_set.count() == 2


def test_the_command_helps_the_last_administrator(user_without_device, capsys):
    call_command("remove_second_factors", "user_without_device", reason="It is me, at the server")
    assert not user_without_device.authenticator_set.exists()
    assert FactorRemoval.objects.get().removed_by == "command:remove_second_factors"
    with pytest.raises(CommandError, match="Nobody is called nobody"):
        call_command("remove_second_factors", "nobody", reason="Lost")


@pytest.mark.parametrize("key", ["²", "abc", "9" * 40])
def test_a_row_that_is_no_key_is_a_400(administrator, key):
    sent = {"action": "remove_factors", "_selected_action": key, "reason": "Called back"}
    assert administrator.post(reverse(USERS), sent).status_code == 400


@pytest.mark.parametrize("reason", ["", " ", "\u200b"])
def test_the_command_asks_for_a_reason_that_is_seen(db, reason):
    with pytest.raises(CommandError, match="Give a reason"):
        call_command("remove_second_factors", "user_without_device", reason=reason)
