"""Where somebody is logged in: told to them, and ended by them."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from accounts.user_agents import format_device
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
    words = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post("/accounts/password/change/", words)


def test_both_sessions_are_listed_in_words_and_this_one_is_marked():
    user = a_user()
    logged_in_client(user, HTTP_USER_AGENT=SAFARI)
    page = page_of(logged_in_client(user, HTTP_USER_AGENT=FIREFOX))
    assert re.search(r"Firefox on Windows\s+<span[^>]*>This one", page)
    assert re.search(r"Safari on iPhone\s+<div", page)


def test_an_ended_session_is_out_with_its_next_request():
    user = a_user()
    lost, kept = logged_in_client(user), logged_in_client(user)
    assert is_logged_in(lost)
    address = re.search(r'action="(/accounts/sessions/\d+/end/)"', page_of(kept))[1]
    assert kept.post(address).status_code == 302
    assert not is_logged_in(lost)
    assert is_logged_in(kept)
    assert "/end/" not in page_of(kept)


def test_all_others_end_at_once():
    user = a_user()
    others, kept = [logged_in_client(user) for _ in range(3)], logged_in_client(user)
    kept.post("/accounts/sessions/others/end/")
    assert [is_logged_in(other) for other in others] == [False] * 3
    assert is_logged_in(kept)


def test_nobody_ends_the_session_of_somebody_else():
    theirs, ours = logged_in_client(a_user("ana")), logged_in_client(a_user("ben"))
    session = UserSession.objects.get(user__username="ana")
    assert ours.post(f"/accounts/sessions/{session.pk}/end/").status_code == 404
    assert ours.post("/accounts/sessions/999999/end/").status_code == 404
    assert is_logged_in(theirs)


def test_looking_at_an_address_ends_nothing():
    client = logged_in_client(a_user())
    session = UserSession.objects.get()
    assert client.get(f"/accounts/sessions/{session.pk}/end/").status_code == 405
    assert client.get("/accounts/sessions/others/end/").status_code == 405


def test_a_change_of_the_password_ends_the_others_and_keeps_this_one():
    user = a_user(email="ana@example.org")
    other, here = logged_in_client(user), logged_in_client(user)
    assert change_password(here).status_code == 302
    assert page_of(here).count("This one") == 1
    assert "/end/" not in page_of(here), "no other one is listed"
    assert not is_logged_in(other)
    (told,) = mail.outbox
    assert (told.to, told.subject) == (["ana@example.org"], "Sitelight: Your password was changed")
    assert "If this was not you, tell your administrator at once." in told.body
    assert "Hello" not in told.body, "our own words"


def test_a_reset_of_the_password_ends_all_and_opens_nothing_by_itself(client):
    user = a_user(email="ana@example.org")
    other = logged_in_client(user)
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link).headers["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert not is_logged_in(other)
    assert not is_logged_in(client)
    assert submit_password(client, user.username, NEW).status_code == 302


def test_a_session_from_before_a_password_that_an_administrator_set_is_not_listed():
    user = a_user()
    old = logged_in_client(user, HTTP_USER_AGENT=SAFARI)
    user.set_password(NEW)
    with authored("test"):
        user.save()
    client = Client()
    submit_password(client, user.username, NEW)
    assert "Safari" not in page_of(client)
    assert not is_logged_in(old)


def test_the_list_asks_as_many_queries_for_one_session_as_for_many():
    user = a_user()
    client = logged_in_client(user)
    asked = []
    for more in (0, 6):
        for _ in range(more):
            logged_in_client(user)
        assert page_of(client).count("Since") == more + 2
        asked.append(queries_of(client, "/accounts/"))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/129.0 Safari/537.36 Edg/129.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/129.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/129.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari on Mac"),
        ("", "A browser we do not know"),
    ],
)
def test_a_browser_is_told_in_words(user_agent, words):
    assert format_device(user_agent) == words
