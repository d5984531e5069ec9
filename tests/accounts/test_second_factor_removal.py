"""Removing the second factors of a user who lost them, with a reason."""

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
    """A user with an authenticator app, signed in with `client`."""
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


def test_a_reason_is_required(administrator, user_without_device):
    page = remove(administrator, user_without_device).content.decode()
    assert "Reason for change" in page
    assert user_without_device.authenticator_set.count() == 2
    remove(administrator, user_without_device, reason=" ")
    assert user_without_device.authenticator_set.count() == 2


def test_afterwards_all_sessions_are_ended_and_the_password_is_enough(client, administrator, user_without_device):
    remove(administrator, user_without_device, reason="Called back on the ward's number")
    assert not is_logged_in(client)
    assert submit_password(client, "user_without_device").headers["Location"] == "/work/"
    assert is_logged_in(client)


def test_factors_and_sessions_of_other_users_are_unchanged(administrator, user_without_device):
    other = add_authenticator(a_user("other"))
    browser = Client()
    submit_password(browser, "other")
    submit_code(browser, totp_code(SECRET))
    remove(administrator, user_without_device, reason="Called back on the ward's number")
    assert other.authenticator_set.count() == 2
    assert is_logged_in(browser)


def test_author_and_reason_are_in_the_history_of_the_user(administrator, user_without_device):
    remove(administrator, user_without_device, reason="Called back on the ward's number")
    history = administrator.get(reverse("admin:accounts_user_history", args=[user_without_device.pk])).content.decode()
    assert "Removal of second factors “" in history
    assert "Called back on the ward" in history
    assert ">admin</td>" in history


def test_a_manager_cannot_remove_second_factors(client, user_without_device):
    client.force_login(a_manager())
    remove(client, user_without_device, reason="I want to")
    assert user_without_device.authenticator_set.count() == 2


def test_the_command_removes_second_factors(user_without_device, capsys):
    call_command("remove_second_factors", "user_without_device", reason="It is me, at the server")
    assert not user_without_device.authenticator_set.exists()
    assert FactorRemoval.objects.get().removed_by == "command:remove_second_factors"
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command("remove_second_factors", "nobody", reason="Lost")


@pytest.mark.parametrize("key", ["²", "abc", "9" * 40])
def test_an_invalid_id_is_a_400(administrator, key):
    sent = {"action": "remove_factors", "_selected_action": key, "reason": "Called back"}
    assert administrator.post(reverse(USERS), sent).status_code == 400


@pytest.mark.parametrize("reason", ["", " ", "\u200b"])
def test_the_command_refuses_a_blank_reason(db, reason):
    with pytest.raises(CommandError, match="Enter a reason"):
        call_command("remove_second_factors", "user_without_device", reason=reason)
