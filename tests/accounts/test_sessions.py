"""A user's sessions: listing and ending them."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from accounts.sessions import format_device
from history.authorship import authored
from tests.accounts.login_helpers import PASSWORD, is_logged_in, logged_in_client, submit_password
from tests.factories import a_user
from tests.pages.html_reader import queries_of

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
NEW = "another-dull-password"


def page_of(client) -> str:
    return client.get("/accounts/").content.decode()


def change_password(client):
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post("/accounts/password/change/", data)


def test_sessions_are_listed_with_their_device_and_this_one_is_marked():
    user = a_user()
    logged_in_client(user, HTTP_USER_AGENT=SAFARI)
    page = page_of(logged_in_client(user, HTTP_USER_AGENT=FIREFOX))
    assert re.search(r"Firefox on Windows\s+<span[^>]*>This device", page)
    assert re.search(r"Safari on iPhone\s+<div", page)


def test_an_ended_session_is_signed_out_on_its_next_request():
    user = a_user()
    other, current = logged_in_client(user), logged_in_client(user)
    assert is_logged_in(other)
    address = re.search(r'action="(/accounts/sessions/\d+/end/)"', page_of(current))[1]
    assert current.post(address).status_code == 302
    assert not is_logged_in(other)
    assert is_logged_in(current)
    assert "/end/" not in page_of(current)


def test_all_other_sessions_end_together():
    user = a_user()
    others, current = [logged_in_client(user) for _ in range(3)], logged_in_client(user)
    current.post("/accounts/sessions/others/end/")
    assert [is_logged_in(other) for other in others] == [False] * 3
    assert is_logged_in(current)


def test_a_user_cannot_end_the_session_of_another_user():
    ana, ben = logged_in_client(a_user("ana")), logged_in_client(a_user("ben"))
    session = UserSession.objects.get(user__username="ana")
    assert ben.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert ben.post("/accounts/sessions/999999/end/").status_code == 404
    assert is_logged_in(ana)


def test_sessions_end_by_post_only():
    client = logged_in_client(a_user())
    session = UserSession.objects.get()
    assert client.get(f"/accounts/sessions/{session.pk}/end/").status_code == 405
    assert client.get("/accounts/sessions/others/end/").status_code == 405


def test_a_change_of_the_password_ends_all_other_sessions():
    user = a_user(email="ana@example.org")
    other, current = logged_in_client(user), logged_in_client(user)
    assert change_password(current).status_code == 302
    assert page_of(current).count("This device") == 1
    assert "/end/" not in page_of(current), "no other session is listed"
    assert not is_logged_in(other)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ana@example.org"], "Sitelight: Your password was changed")
    assert "If this was not you, contact your administrator immediately." in message.body
    assert "Hello" not in message.body, "Sitelight's template, not allauth's"


def test_a_password_reset_ends_all_sessions_and_does_not_sign_in(client):
    user = a_user(email="ana@example.org")
    other = logged_in_client(user)
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link).headers["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert not is_logged_in(other)
    assert not is_logged_in(client)
    assert submit_password(client, user.username, NEW).status_code == 302


def test_a_session_from_before_a_password_change_in_the_admin_is_not_listed():
    user = a_user()
    old = logged_in_client(user, HTTP_USER_AGENT=SAFARI)
    user.set_password(NEW)
    with authored("test"):
        user.save()
    client = Client()
    submit_password(client, user.username, NEW)
    assert "Safari" not in page_of(client)
    assert not is_logged_in(old)


def test_the_query_count_does_not_grow_with_sessions():
    user = a_user()
    client = logged_in_client(user)
    counts = []
    for more in (0, 6):
        for _ in range(more):
            logged_in_client(user)
        assert page_of(client).count('data-label="Last used"') == more + 1
        counts.append(queries_of(client, "/accounts/"))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/129.0 Safari/537.36 Edg/129.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/129.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/129.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari on Mac"),
        ("", "Unknown browser"),
    ],
)
def test_the_device_name_of_a_user_agent(user_agent, name):
    assert format_device(user_agent) == name
