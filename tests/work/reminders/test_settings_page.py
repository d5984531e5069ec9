"""The page of the reminder settings."""

import pytest

from tests.factories import a_user
from tests.pages.html_reader import text_of
from work.models import Reminder, ReminderFrequency, ReminderPlan

pytestmark = pytest.mark.django_db
PAGE = "/work/reminders/"


@pytest.fixture
def logged_in_user(client):
    user = a_user(email="me@example.org")
    client.force_login(user)
    return user


def test_a_setting_is_saved(client, logged_in_user):
    client.post(PAGE, {"pace": "DAILY", "weekday": "2"})
    assert ReminderPlan.objects.get(user=logged_in_user).pace == ReminderFrequency.DAILY
    assert 'value="DAILY"' in client.get(PAGE).content.decode().partition("checked")[0][-200:]


def test_a_setting_is_in_the_audit_trail(client, logged_in_user):
    for pace in ("DAILY", "NEVER"):
        client.post(PAGE, {"pace": pace, "weekday": "2"})
    trail = ReminderPlan.objects.get(user=logged_in_user).trail.order_by("pgh_id")
    assert [row.pace for row in trail] == ["DAILY", "NEVER"]
    assert {row.pgh_context.metadata["actor"] for row in trail} == {logged_in_user.actor}


def test_a_get_request_writes_nothing(client, logged_in_user):
    assert "me@example.org" in text_of(client.get(PAGE))
    assert not ReminderPlan.objects.exists()


def test_the_page_lists_only_the_users_own_reminders(client, logged_in_user):
    for user, subject in ((logged_in_user, "Mine"), (a_user("other"), "Theirs")):
        Reminder.objects.create(user=user, for_day="2026-11-16", subject=subject, state=Reminder.State.SENT)
    text = text_of(client.get(PAGE))
    assert "Mine" in text
    assert "Theirs" not in text


def test_an_unknown_setting_is_refused(client, logged_in_user):
    assert "HOURLY" in text_of(client.post(PAGE, {"pace": "HOURLY", "weekday": "0"}))
    assert not ReminderPlan.objects.exists()
