"""A new user gets an invitation by e-mail and sets the password."""

import re
from contextlib import nullcontext
from email import message_from_bytes

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from history.trail import trail_of
from tests.accounts.login_helpers import is_logged_in, submit_password
from tests.factories import a_user
from tests.form_filling import form_of
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/user/add/"
NEW = "another-dull-password"


@pytest.fixture
def admin_client(client):
    client.force_login(a_user("admin", is_superuser=True))
    return client


def add(admin_client, capture=None, **typed):
    """Add a user; the e-mail is sent on commit, which `capture` executes in a test transaction."""
    page = form_of(admin_client.get(ADD), "user_form", **{"username": "ana", "why": "She joins"} | typed)
    with capture(execute=True) if capture else nullcontext():
        return admin_client.post(ADD, page)


def test_the_link_of_the_invitation_sets_the_password_once(admin_client, letterbox, django_capture_on_commit_callbacks):
    answer = add(admin_client, django_capture_on_commit_callbacks, email="ana@example.org", first_name="Ana")
    assert answer.status_code == 302
    user = User.objects.get(username="ana")
    assert (user.has_usable_password(), trail_of(user)[0].reason) == (False, "She joins")
    (letter,) = letterbox.letters
    assert letter.rcpt_tos == ["ana@example.org"]
    body = message_from_bytes(letter.content).get_payload(decode=True).decode()
    path = re.search(r"http://[^/]+(/accounts/\S+)", body)[1]
    invited = Client()
    form = invited.get(path, follow=True)
    address = form.request["PATH_INFO"]
    assert invited.post(address, {"password1": NEW, "password2": NEW}).status_code == 302
    submit_password(invited, "ana", NEW)
    assert is_logged_in(invited)
    assert 'name="password1"' not in Client().get(path, follow=True).content.decode()


def test_an_invitation_needs_an_address(admin_client, letterbox, django_capture_on_commit_callbacks):
    answer = add(admin_client, django_capture_on_commit_callbacks)
    assert "Enter the e-mail address for the invitation" in text_of(answer)
    assert not letterbox.letters
    assert not User.objects.filter(username="ana").exists()


def test_a_new_user_needs_a_reason(admin_client, mailoutbox, django_capture_on_commit_callbacks):
    answer = add(admin_client, django_capture_on_commit_callbacks, email="ana@example.org", why=" ")
    assert "This field is required" in text_of(answer)
    assert not mailoutbox
    assert not User.objects.filter(username="ana").exists()


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_mail_server_is_shown_and_the_user_is_saved(admin_client, letterbox):
    letterbox.answer = lambda letter: "550 No such mailbox"
    answer = add(admin_client, email="ana@example.org")
    assert "the invitation could not be sent" in text_of(admin_client.get(answer.headers["Location"]))
    assert User.objects.filter(username="ana").exists()


def test_the_page_of_a_user_shows_no_hash(admin_client):
    user = a_user()
    page = text_of(admin_client.get(reverse("admin:accounts_user_change", args=[user.pk])))
    assert "A password is set" in page
    assert "Administrator" in page
    for words in ("Superuser status", "algorithm", "hash", "iterations"):
        assert words not in page
