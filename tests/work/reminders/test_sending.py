"""Sending of digests to a real mail server: recipients, contents, and no mail twice."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core.management import call_command
from django.utils import timezone

from history.authorship import authored
from sites.models import Confirmation
from tests.factories import a_confirmation, a_user, assign
from tests.other_processes import PROJECT, environment, run, start
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial
from work.models import Reminder, ReminderFrequency, ReminderPlan
from work.reminders.digests import send_reminders

pytestmark = pytest.mark.django_db(transaction=True)


def remind(days_ahead: int = 0):
    return send_reminders(now=timezone.localtime() + timedelta(days=days_ahead))


def text_to(letterbox, name: str) -> str:
    """The text of the newest mail to a user."""
    letter = next(letter for letter in reversed(letterbox.letters) if letter.rcpt_tos == [f"{name}@example.org"])
    return message_from_bytes(letter.content).get_payload(decode=True).decode().replace("\r\n", "\n")


def daily(*people):
    for user in people:
        with authored("test"):
            ReminderPlan.objects.update_or_create(user=user, defaults={"pace": ReminderFrequency.DAILY})


def test_sending_creates_the_reminder_settings_once_with_its_author(letterbox, trial_with_people):
    for day in (0, 7):
        remind(day)
    for user in trial_with_people[2]:
        plan = ReminderPlan.objects.get(user=user)
        assert plan.considered_on == timezone.localdate() + timedelta(days=7)
        assert [row.pgh_context.metadata["actor"] for row in plan.trail.all()] == ["system:reminders"]


def test_a_digest_has_the_reasons_and_one_link(letterbox, trial_with_people):
    remind()
    text = text_to(letterbox, "site")
    assert "Hospital 1, NCT00000001" in text
    assert "Confirmation overdue · 10 days" in text
    assert "Each site’s status must be confirmed every 30 days." in text
    assert text.count("/work/\n") == 1
    assert "&" not in text


def test_a_site_with_a_coordinator_is_not_in_the_trial_coordinators_first_digest(letterbox, trial_with_people):
    remind()
    assert "Hospital 1" not in text_to(letterbox, "trial")
    assert "Hospital 2" in text_to(letterbox, "trial")


def test_a_site_is_escalated_after_two_missed_reminders(letterbox, trial_with_people):
    daily(*trial_with_people[2])
    for day in (0, 1):
        remind(day)
        assert "Hospital 1" not in text_to(letterbox, "trial")
    remind(2)
    assert "Hospital 1, NCT00000001" in text_to(letterbox, "trial")
    assert "No response to 2 reminders sent to the site coordinator." in text_to(letterbox, "trial")


def test_a_confirmation_resets_the_count_of_missed_reminders(letterbox, trial_with_people):
    _, (site, _), people = trial_with_people
    daily(*people)
    for day in (0, 1):
        remind(day)
    a_confirmation(site, timezone.localdate() + timedelta(days=1))
    remind(40)
    assert "Hospital 1" in text_to(letterbox, "site")
    assert "Hospital 1" not in text_to(letterbox, "trial")


def test_a_user_without_tasks_gets_no_mail(letterbox):
    user = a_user("site", email="site@example.org")
    assign(user, site=a_confirmed_site(a_recruiting_trial(1), 1, days=1))
    assert str(remind()) == "sent=0 refused=0 nothing=1 unsure=0"
    assert letterbox.letters == []


def test_inactive_users_and_users_without_an_address_get_no_mail(letterbox, trial_with_people):
    site_person, trial_person = trial_with_people[2]
    with authored("test"):
        site_person.assignments.update(ends_on=timezone.localdate() - timedelta(days=1))
    trial_person.email = ""
    with authored("test"):
        trial_person.save()
    remind()
    assert letterbox.letters == []


def test_a_user_gets_one_digest_a_day(letterbox, trial_with_people):
    daily(*trial_with_people[2])
    remind()
    remind()
    assert sorted(letterbox.recipients) == ["site@example.org", "trial@example.org"]


def test_a_refused_mail_is_retried_and_counted(letterbox, trial_with_people):
    letterbox.answer = lambda letter: "451 Not now" if letter.rcpt_tos == ["site@example.org"] else "250 OK"
    assert str(remind()) == "sent=1 refused=1 nothing=0 unsure=0"
    assert "451" in Reminder.objects.get(state=Reminder.State.REFUSED).refusal
    letterbox.answer = lambda letter: "250 OK"
    assert remind().sent == 1
    assert letterbox.recipients.count("site@example.org") == 2
    assert letterbox.recipients.count("trial@example.org") == 1


def test_sending_changes_no_site_and_confirms_nothing(letterbox, trial_with_people):
    before = Confirmation.objects.count(), [site.version for site in trial_with_people[1]]
    remind()
    for site in trial_with_people[1]:
        site.refresh_from_db()
    assert (Confirmation.objects.count(), [site.version for site in trial_with_people[1]]) == before


def test_a_sender_killed_midway_sends_nothing_twice(letterbox, trial_with_people):
    """The process is killed after the server received the first mail, which is then not sent again."""
    sender = None

    def kill_the_first(letter):
        if len(letterbox.letters) == 1:
            os.kill(sender.pid, signal.SIGKILL)
        return "250 OK"

    letterbox.answer = kill_the_first
    sender = start("remind", EMAIL_URL=letterbox.address)
    sender.communicate(timeout=120)
    assert sender.returncode == -signal.SIGKILL
    assert Reminder.objects.get().state == Reminder.State.BEGUN
    after = run("remind", EMAIL_URL=letterbox.address)
    assert after.stdout.strip() == "sent=1 refused=0 nothing=0 unsure=0", after.stderr
    assert sorted(letterbox.recipients) == ["site@example.org", "trial@example.org"]


def test_two_senders_at_once_send_nothing_twice(letterbox, trial_with_people):
    """A second run takes place while the mail server receives the first mail."""
    second = {}

    async def run_another(letter):
        if not second:
            second["begun"] = True
            command = [sys.executable, str(PROJECT / "manage.py"), "remind"]
            run = await asyncio.create_subprocess_exec(*command, env=environment(EMAIL_URL=letterbox.address))
            second["ended"] = await run.wait()
        return "250 OK"

    letterbox.answer = run_another
    first = remind()
    assert second["ended"] == 0
    assert (first.sent, first.nothing) == (1, 1)
    assert sorted(letterbox.recipients) == ["site@example.org", "trial@example.org"]


def test_without_a_mail_server_no_reminder_is_created(settings, trial_with_people, letterbox):
    settings.EMAIL_PORT = 9
    with pytest.raises(OSError, match="refused"):
        call_command("remind")
    assert not Reminder.objects.exists()
