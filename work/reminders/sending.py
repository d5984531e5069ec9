"""Sends due digests, at most one a day to each user, even if the process is killed."""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.dates import local_date
from common.row_scope import in_force_q
from history.authorship import authored
from work.models import Pace, RemindedSite, Reminder, ReminderPlan
from work.reminders.digest import Digest, build_digest


def is_due(plan: ReminderPlan, *, on: date) -> bool:
    """Whether a digest is due: once a day, or once a week from the chosen weekday on.

    A day on which the command did not run is made up for on the next one.
    """
    if plan.pace == Pace.NEVER:
        return False
    since = on if plan.pace == Pace.DAILY else on - timedelta(days=(on.weekday() - plan.weekday) % 7)
    return plan.considered_on is None or plan.considered_on < since


MAX_ATTEMPTS = 3
AUTHOR = "system:reminders"


@dataclass(slots=True)
class SendCounts:
    """The counts of a run; `unsure` are mails of this run or the last week whose delivery is unknown."""

    sent: int = 0
    refused: int = 0
    nothing: int = 0
    unsure: int = 0

    def add(self, state: str) -> None:
        self.sent += state == Reminder.State.SENT
        self.refused += state == Reminder.State.REFUSED
        self.unsure += state == Reminder.State.BEGUN
        self.nothing += not state

    def __str__(self) -> str:
        return f"sent={self.sent} refused={self.refused} nothing={self.nothing} unsure={self.unsure}"


def send_reminders(*, now: datetime) -> SendCounts:
    """Send the due digests. Further calls on a day send nothing twice.

    Must not run inside a transaction: each reminder is committed before its mail is sent.
    """
    counts = SendCounts(unsure=_count_unfinished(now))
    with get_connection() as connection:
        for user in _due_users(now):
            counts.add(_remind(user, connection, now))
    return counts


def _remind(user: User, connection, now: datetime) -> str:
    """Send a user's digest; returns a state of `Reminder`, or blank without tasks or if another process sends it."""
    digest = build_digest(user, now=now)
    reminder = _claim_day(digest, now)
    if reminder is None:
        return ""
    state, refusal = deliver(_message(reminder, digest, connection, now), connection)
    ended_at = None if state == Reminder.State.BEGUN else timezone.now()
    Reminder.objects.filter(pk=reminder.pk).update(state=state, ended_at=ended_at, refusal=refusal[:1000])
    return state


def deliver(message: EmailMessage, connection) -> tuple[str, str]:
    """Send a mail; returns (state, server answer): REFUSED if the server rejected it, BEGUN on other errors."""
    try:
        message.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ValueError) as error:
        return Reminder.State.REFUSED, str(error)
    except (smtplib.SMTPException, OSError) as error:
        connection.close()  # the next mail reopens it, or raises
        return Reminder.State.BEGUN, str(error)
    return Reminder.State.SENT, ""


def _count_unfinished(now: datetime) -> int:
    """Reminders of the last week that were never finished, without those of the last ten minutes."""
    begun = (now - timedelta(days=7), now - timedelta(minutes=10))
    return Reminder.objects.filter(state=Reminder.State.BEGUN, begun_at__range=begun).count()


def _due_users(now: datetime) -> Iterator[User]:
    """Active users with an e-mail address and an assignment in force, ordered by id."""
    day = local_date(now)
    users = User.objects.filter(in_force_q(day, "assignments__"), is_active=True).exclude(email="")
    refused = set(_refused_today(now).values_list("user", flat=True))
    for user in users.order_by("pk").distinct().select_related("reminder_plan").iterator(chunk_size=200):
        plan = getattr(user, "reminder_plan", None) or ReminderPlan(user=user)
        if user.pk in refused or is_due(plan, on=day):
            yield user


def _refused_today(now: datetime):
    return Reminder.objects.filter(for_day=local_date(now), state=Reminder.State.REFUSED, attempts__lt=MAX_ATTEMPTS)


@transaction.atomic
def _claim_day(digest: Digest, now: datetime) -> Reminder | None:
    """Create the day's reminder of a user; None if there are no tasks or another process has claimed it."""
    day = local_date(now)
    with authored(AUTHOR):
        ReminderPlan.objects.update_or_create(user=digest.user, defaults={"considered_on": day})
    if not digest.items:
        return None
    reminder, is_new = Reminder.objects.get_or_create(
        user=digest.user, for_day=day, defaults={"subject": digest.subject}
    )
    if is_new:
        RemindedSite.objects.bulk_create(
            RemindedSite(reminder=reminder, trial_site=site) for site in digest.overdue_sites
        )
        return reminder
    refused = _refused_today(now).filter(pk=reminder.pk)
    is_claimed = refused.update(state=Reminder.State.BEGUN, attempts=F("attempts") + 1)
    return reminder if is_claimed else None


def _message(reminder: Reminder, digest: Digest, connection, now: datetime) -> EmailMessage:
    address = settings.PUBLIC_URL.rstrip("/")
    text = digest.text(address=address + reverse("work"), today=local_date(now))
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<reminder-{reminder.pk}-{local_date(reminder.begun_at):%Y%m%d}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(digest.subject, text, to=[digest.user.email], headers=headers, connection=connection)
