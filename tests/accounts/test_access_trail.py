"""Every change of users, assignments, keys, sessions, second factors and groups is in the history, with a reason."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.urls import reverse
from knox.models import AuthToken

from accounts.models import REHASH_REASON, User
from accounts.tracked_library_models import PartnerKey, SecondFactor, SignedInSession, UserInGroup, UserPermission
from history.authorship import authored
from history.models import TrailRow
from history.trail import trail_of
from tests.accounts.login_helpers import (
    PASSWORD,
    add_authenticator,
    is_logged_in,
    logged_in_client,
    recovery_codes,
    submit_code,
    submit_password,
)
from tests.factories import a_partner, a_user
from tests.form_filling import form_of
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_user(client):
    admin = a_user("admin", is_superuser=True)
    client.force_login(admin)
    return admin


def page_of(user, name: str = "change") -> str:
    return reverse(f"admin:accounts_user_{name}", args=[user.pk])


def save_user(client, user, **changes):
    return client.post(page_of(user), form_of(client.get(page_of(user)), "user_form", **changes))


def rows(model, **fields):
    return list(model.trail_model.objects.filter(**fields).select_related("pgh_context").order_by("pgh_id"))


def describe_event(row) -> tuple[str, str, str]:
    return row.pgh_label, row.pgh_context.actor, row.pgh_context.reason


def test_a_new_administrator_is_in_the_history_with_author_and_reason(client, admin_user):
    user = a_user()
    assert save_user(client, user, is_superuser="on", why="She takes over").status_code == 302
    entry = trail_of(user)[0]
    assert (entry.actor, entry.reason) == (admin_user.actor, "She takes over")
    assert ("superuser status", "No", "Yes") in entry.changes


def test_a_change_of_an_email_shows_both_values_author_and_reason(client, admin_user):
    user = a_user(email="old@example.org")
    assert save_user(client, user, email="new@example.org", why="She wrote to us").status_code == 302
    assert User.objects.get(pk=user.pk).email == "new@example.org"
    page = text_of(client.get(page_of(user, "history")))
    assert all(words in page for words in ("old@example.org", "new@example.org", "She wrote to us", str(admin_user)))


def test_a_change_of_a_user_needs_a_reason(client, admin_user):
    user = a_user(email="old@example.org")
    answer = save_user(client, user, email="new@example.org", why=" ")
    assert answer.status_code == 200
    assert "This field is required" in answer.content.decode()
    assert User.objects.get(pk=user.pk).email == "old@example.org"


@pytest.mark.parametrize(
    "write",
    [
        lambda user: User.objects.create(username="other"),
        lambda user: User.objects.filter(pk=user.pk).update(is_superuser=True),
        lambda user: User.objects.filter(pk=user.pk).update(password="x"),
        lambda user: user.delete(),
        lambda user: user.groups.add(Group.objects.get()),
        lambda user: user.user_permissions.add(Permission.objects.first()),
        lambda user: Group.objects.get().permissions.add(Permission.objects.first()),
        lambda user: Group.objects.create(name="Others"),
        lambda user: AuthToken.objects.create(user),
        lambda user: Authenticator.objects.create(user=user, type="totp", data={}),
        lambda user: EmailAddress.objects.create(user=user, email="a@example.org"),
        lambda user: UserSession.objects.create(user=user, ip="127.0.0.1", session_key="x"),
    ],
)
def test_a_write_without_an_author_is_refused(write):
    user = a_user()
    with authored("test"):
        Group.objects.create(name="Some")
    with pytest.raises(ProgrammingError, match="No author"), transaction.atomic():
        write(user)


def test_groups_and_permissions_are_in_the_history():
    user = a_user()
    with authored("user:7", reason="Trained in May"):
        user.groups.add(Group.objects.create(name="Some"))
        user.user_permissions.set([Permission.objects.first()])
        user.groups.clear()
    assert [describe_event(row) for row in rows(UserInGroup)] == [
        ("insert", "user:7", "Trained in May"),
        ("delete", "user:7", "Trained in May"),
    ]
    assert [describe_event(row) for row in rows(UserPermission)] == [("insert", "user:7", "Trained in May")]


def test_creating_and_revoking_a_key_is_in_the_history_without_the_digest(client, admin_user):
    partner = a_partner()
    change, create, revoke = (
        reverse(f"admin:accounts_partner_{name}", args=[partner.pk]) for name in ("change", "key", "revoke")
    )
    client.post(create, {"why": ""})
    assert not AuthToken.objects.exists()
    assert "Enter a reason for change" in text_of(client.get(change))
    client.post(create, {"why": "Contract of May"})
    key = AuthToken.objects.get()
    client.post(revoke, {"key": key.token_key, "digest": key.digest, "why": "It leaked"})
    assert [describe_event(row) for row in rows(PartnerKey)] == [
        ("insert", admin_user.actor, "Contract of May"),
        ("delete", admin_user.actor, "It leaked"),
    ]
    history = text_of(client.get(reverse("admin:accounts_partner_history", args=[partner.pk])))
    assert "Contract of May" in history
    assert "It leaked" in history


@pytest.mark.parametrize("why", ["", " ", "\u200b", "\u00a0\ufeff\r\n", "\u3164"])
def test_an_invisible_reason_is_refused(client, admin_user, why):
    user, partner = a_user(), a_partner()
    assert save_user(client, user, is_superuser="on", why=why).status_code == 200
    client.post(reverse("admin:accounts_partner_key", args=[partner.pk]), {"why": why})
    user.refresh_from_db()
    assert (user.is_superuser, AuthToken.objects.exists()) == (False, False)


def test_setting_a_password_needs_a_reason_and_ends_the_sessions(client, admin_user):
    user = a_user()
    browser = logged_in_client(user)
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    new = {"password1": "another-dull-password", "password2": "another-dull-password", "usable_password": "true"}
    answer = client.post(page, new | {"set-password": "1", "why": ""})
    assert answer.status_code == 200
    assert is_logged_in(browser)
    answer = client.post(page, new | {"set-password": "1", "why": "Called back"})
    assert answer.status_code == 302
    assert not is_logged_in(browser)
    assert is_logged_in(client)
    assert not UserSession.objects.filter(user=user).exists()
    entry = trail_of(user)[0]
    assert (entry.actor, entry.reason, entry.changes) == (
        admin_user.actor,
        "Called back",
        [("password", None, "Changed")],
    )
    assert describe_event(rows(SignedInSession)[-1]) == ("delete", admin_user.actor, "Called back")


def test_a_password_cannot_be_removed(client, admin_user):
    user = a_user()
    user.set_password(PASSWORD)
    with authored("system:test", reason="A password to keep"):
        user.save()
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    assert "Single Sign-On" not in text_of(client.get(page))
    sent = {"usable_password": "false", "unset-password": "1", "why": "Called back"}
    assert client.post(page, sent).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_setting_a_password_works_outside_of_a_transaction(client, admin_user):
    user = a_user()
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    new = {"password1": "another-dull-password", "password2": "another-dull-password", "usable_password": "true"}
    assert client.post(page, new | {"set-password": "1", "why": "Called back"}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another-dull-password")


@pytest.mark.django_db(transaction=True)
def test_a_history_is_read_only(client, admin_user):
    assert client.post(page_of(admin_user, "history")).status_code == 405
    assert client.get(page_of(admin_user, "history")).status_code == 200


def test_signing_in_and_out_is_in_the_history(client):
    user = a_user()
    submit_password(client, user.username)
    client.post("/accounts/logout/")
    assert [describe_event(row) for row in rows(SignedInSession)] == [
        ("insert", user.actor, "Signed in"),
        ("delete", user.actor, "Signed out"),
    ]


def test_the_use_of_a_recovery_code_is_in_the_history(client):
    user = add_authenticator(a_user())
    submit_password(client, user.username)
    assert submit_code(client, recovery_codes(user)[0]).status_code == 302
    last = rows(SecondFactor, type="recovery_codes")[-1]
    assert describe_event(last) == ("update", user.actor, "Recovery code used")
    assert last.secret_changed


def test_an_updated_hash_is_in_the_history_with_its_reason(client):
    user = a_user()
    with authored("test"):
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="md5"))
    from django.conf import settings

    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=hashers):
        assert submit_password(client, user.username).status_code == 302
    assert trail_of(user)[0].reason == REHASH_REASON


def test_the_last_login_adds_no_event(client):
    user = a_user()
    before = len(rows(User))
    client.force_login(user)
    assert len(rows(User)) == before


def test_a_user_created_on_the_command_line_is_in_the_history():
    call_command("createsuperuser", username="root", email="r@example.org", interactive=False)
    assert trail_of(User.objects.get(username="root"))[0].actor == "command:createsuperuser"


def test_the_history_contains_no_secret():
    """No password hash, seed, digest or session key, neither as a column nor as a value."""
    secret = {"password", "data", "digest", "session_key", "ip", "token", "token_secret", "secret", "extra_data"}
    trails = [model for model in TrailRow.__subclasses__() for model in (model, *model.__subclasses__())]
    assert trails
    for trail in trails:
        if trail._meta.app_label == "accounts":
            assert not secret & {field.name for field in trail._meta.fields}, trail
    user = add_authenticator(a_user())
    values = json.dumps([list(map(str, row.__dict__.values())) for row in [*rows(User), *rows(SecondFactor)]])
    assert user.password not in values
