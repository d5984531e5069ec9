"""Choosing how often one is reminded."""

import pytest

from tests.factories import a_user
from tests.pages.html_reader import text_of
from work.models import Pace, Reminder, ReminderPlan

pytestmark = pytest.mark.django_db
PAGE = "/work/reminders/"


@pytest.fixture
def logged_in_user(client):
    user = a_user(email="me@example.org")
    client.force_login(user)
    return user


def test_a_choice_is_kept(client, logged_in_user):
    client.post(PAGE, {"pace": "DAILY", "weekday": "2"})
    assert ReminderPlan.objects.get(user=logged_in_user).pace == Pace.DAILY
    assert 'value="DAILY"' in client.get(PAGE).content.decode().partition("checked")[0][-200:]


def test_who_chose_what_stands_in_the_trail(client, logged_in_user):
    for pace in ("DAILY", "NEVER"):
        client.post(PAGE, {"pace": pace, "weekday": "2"})
    trail = ReminderPlan.objects.get(user=logged_in_user).trail.order_by("pgh_id")
    assert [row.pace for row in trail] == ["DAILY", "NEVER"]
    assert {row.pgh_context.metadata["actor"] for row in trail} == {logged_in_user.actor}


def test_looking_at_the_page_writes_nothing(client, logged_in_user):
    assert "me@example.org" in text_of(client.get(PAGE))
    assert not ReminderPlan.objects.exists()


def test_it_tells_what_was_sent_to_oneself_only(client, logged_in_user):
    for user, subject in ((logged_in_user, "Mine"), (a_user("other"), "Theirs")):
        Reminder.objects.create(user=user, for_day="2026-11-16", subject=subject, state=Reminder.State.SENT)
    told = text_of(client.get(PAGE))
    assert "Mine" in told
    assert "Theirs" not in told


def test_an_unknown_choice_is_refused(client, logged_in_user):
    assert "HOURLY" in text_of(client.post(PAGE, {"pace": "HOURLY", "weekday": "0"}))
    assert not ReminderPlan.objects.exists()
