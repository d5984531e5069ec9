"""The weekly mail of what changed: who gets it, what is in it, once a week, and its unsubscribe link."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from django.utils import timezone

from history.authorship import authored
from tests.factories import a_facility, a_manager, a_site, a_trial, a_user, an_event, assign
from tests.pages.html_reader import text_of
from work.models import Reminder, ReminderPlan
from work.reminders.changes_mail import send_changes_mails, unsubscribe_url
from work.reminders.digests import SendCounts

pytestmark = pytest.mark.django_db(transaction=True)


def send(days_ahead: int = 0) -> SendCounts:
    return send_changes_mails(SendCounts(), now=timezone.localtime() + timedelta(days=days_ahead))


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def subscribe(user, **values):
    with authored("test"):
        ReminderPlan.objects.update_or_create(user=user, defaults={"changes_mail": True, **values})


@pytest.fixture
def manager():
    user = a_manager()
    user.email = "manager@example.org"
    with authored("test"):
        user.save()
    subscribe(user)
    return user


def a_changed_site(number: int, *, days: int = 2, is_public: bool = True):
    """A site that was opened some days ago."""
    trial = a_trial(number, overall_status="RECRUITING", is_public=is_public)
    site = a_site(trial, a_facility(number, name=f"Hospital {number}"))
    an_event(site, "NOT_YET_RECRUITING", "2026-01-01", recorded_at=ago(100))
    an_event(site, "RECRUITING", "2026-02-01", as_of="2026-02-01", recorded_at=ago(days), author="user:77")
    return site


def letters(letterbox) -> list:
    return [message_from_bytes(one.content.replace(b"\r\n", b"\n"), policy=policy.default) for one in letterbox.letters]


def test_the_mail_tells_by_trial_what_changed_with_days_and_links(letterbox, manager, settings):
    sites = [a_changed_site(number) for number in (1, 2)]
    assert send().sent == 1
    text = letters(letterbox)[0].get_content()
    day = timezone.localdate(ago(2))
    for site in sites:
        assert f"({site.trial.number})\n{settings.PUBLIC_URL.rstrip('/')}{site.trial.get_absolute_url()}\n" in text
    assert f"* {day.day} {day:%B %Y}: Hospital 1, Lyon: Opened: Recruiting since 1 February 2026" in text
    since = (timezone.localdate() - timedelta(days=7)).isoformat()
    assert f"/changes/?since={since}" in text
    assert "&" not in text


def test_it_has_no_changes_of_today_or_of_more_than_a_week_ago(letterbox, manager):
    a_changed_site(1, days=0)
    a_changed_site(2, days=9)
    assert str(send()) == "sent=0 refused=0 nothing=1 unsure=0"
    assert letterbox.letters == []
    assert not Reminder.objects.exists()


def test_it_is_sent_once_a_week_and_continues_where_the_last_one_ended(letterbox, manager):
    a_changed_site(1, days=0)
    a_changed_site(2)
    subscribe(manager, weekday=timezone.localdate().weekday())
    for ahead in (0, 0, 1, 6, 7, 8):
        send(ahead)
    first, second = (letter.get_content() for letter in letters(letterbox))
    assert ("Hospital 1" in first, "Hospital 2" in first) == (False, True)
    assert ("Hospital 1" in second, "Hospital 2" in second) == (True, False)
    assert list(Reminder.objects.values_list("kind", "state")) == [("CHANGES", "SENT")] * 2


@pytest.mark.parametrize("change", ["unwanted", "inactive", "no address", "no assignment"])
def test_nobody_else_gets_it(letterbox, manager, change):
    a_changed_site(1)
    with authored("test"):
        match change:
            case "unwanted":
                ReminderPlan.objects.update(changes_mail=False)
            case "inactive":
                manager.is_active = False
            case "no address":
                manager.email = ""
            case "no assignment":
                manager.assignments.update(ends_on=timezone.localdate() - timedelta(days=1))
        manager.save()
    send()
    assert letterbox.letters == []


def test_a_receiver_reads_only_what_they_may_see_when_it_is_sent(letterbox):
    own, other = a_changed_site(1, is_public=False), a_changed_site(2, is_public=False)
    user = a_user("lead", email="lead@example.org")
    assign(user, trial=own.trial)
    subscribe(user)
    send()
    text = letters(letterbox)[0].get_content()
    assert "Hospital 1" in text
    assert other.trial.number not in text
    assert "Hospital 2" not in text


def test_a_refused_mail_is_tried_again_with_the_same_changes(letterbox, manager):
    a_changed_site(1)
    letterbox.answer = lambda letter: "451 Not now"
    assert send().refused == 1
    letterbox.answer = lambda letter: "250 OK"
    assert send().sent == 1
    assert len({letter.get_content() for letter in letters(letterbox)}) == 1


def test_the_daily_command_sends_it(letterbox, manager, capsys):
    a_changed_site(1)
    call_command("remind")
    assert "What changed from" in letters(letterbox)[-1].get_content()
    assert capsys.readouterr().out.startswith("sent=")


def test_the_mail_can_be_unsubscribed_in_one_click_and_by_its_page(client, letterbox, manager):
    a_changed_site(1)
    send()
    letter = letters(letterbox)[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = letter["List-Unsubscribe"].strip(" <>")
    assert url in letter.get_content()
    path = "/unsubscribe/" + url.rpartition("/unsubscribe/")[2]
    assert "Unsubscribe" in text_of(client.get(path))
    assert ReminderPlan.objects.get().changes_mail
    response = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert "no longer receive" in text_of(response)
    plan = ReminderPlan.objects.get()
    assert not plan.changes_mail
    assert plan.trail.order_by("pgh_id").last().pgh_context.metadata["actor"] == manager.actor


def test_an_unsubscribe_link_of_another_user_or_a_changed_one_is_not_valid(client, manager):
    path = "/unsubscribe/" + unsubscribe_url(manager).rpartition("/unsubscribe/")[2]
    changed = path.replace(f"/{manager.pk}:", f"/{manager.pk + 1}:")
    assert changed != path
    for invalid in (changed, "/unsubscribe/nothing/"):
        assert client.post(invalid).status_code == 404
    assert ReminderPlan.objects.get().changes_mail


def test_only_those_who_oversee_trials_can_choose_it(client, manager):
    client.force_login(manager)
    client.post("/work/reminders/", {"pace": "WEEKLY", "weekday": "0"})
    assert not ReminderPlan.objects.get(user=manager).changes_mail
    client.post("/work/reminders/", {"pace": "WEEKLY", "weekday": "0", "changes_mail": "on"})
    assert ReminderPlan.objects.get(user=manager).changes_mail
    coordinator = a_user("site")
    client.force_login(coordinator)
    assert "once a week" not in text_of(client.get("/work/reminders/"))
    client.post("/work/reminders/", {"pace": "WEEKLY", "weekday": "0", "changes_mail": "on"})
    assert not ReminderPlan.objects.get(user=coordinator).changes_mail
