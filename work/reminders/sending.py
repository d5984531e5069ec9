"""Whose turn it is. Pure.

Sending the digests: at most one to a person a day, whatever happens to the sender.
"""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.dates import local_date
from history.authorship import authored
from work.models import Pace, RemindedSite, Reminder, ReminderPlan
from work.reminders.digest import Digest, build_digest


def is_due(plan: ReminderPlan, *, on: date) -> bool:
    """Whether the person is to be considered on that day: daily once, weekly once since their weekday came.

    A night on which the sender did not run is made up for on the next one.
    """
    if plan.pace == Pace.NEVER:
        return False
    since = on if plan.pace == Pace.DAILY else on - timedelta(days=(on.weekday() - plan.weekday) % 7)
    return plan.considered_on is None or plan.considered_on < since


MAX_ATTEMPTS = 3
AUTHOR = "system:reminders"


@dataclass(slots=True)
class SendCounts:
    """How a run ended; `unsure` are mails of which it is not known whether they went out, now or in the last week."""

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
    """Send what is due. Call it once a day, or more often: nobody gets two on a day.

    Not to be called inside a transaction: each reminder is committed before its mail leaves.
    """
    tally = SendCounts(unsure=_count_unfinished(now))
    with get_connection() as connection:
        for user in _due_users(now):
            tally.add(_remind(user, connection, now))
    return tally


def _remind(user: User, connection, now: datetime) -> str:
    """What became of it: a state of `Reminder`, or blank when there was nothing to say or another sender says it."""
    digest = build_digest(user, now=now)
    reminder = _claim_day(digest, now)
    if reminder is None:
        return ""
    state, refusal = deliver(_message(reminder, digest, connection, now), connection)
    ended_at = None if state == Reminder.State.BEGUN else timezone.now()
    Reminder.objects.filter(pk=reminder.pk).update(state=state, ended_at=ended_at, refusal=refusal[:1000])
    return state


def deliver(message: EmailMessage, connection) -> tuple[str, str]:
    """(state, what the server said). Only a plain no of the server is a refusal; silence leaves the state as begun."""
    try:
        message.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ValueError) as error:
        return Reminder.State.REFUSED, str(error)
    except (smtplib.SMTPException, OSError) as error:
        connection.close()  # the next mail opens it anew, loudly if it cannot
        return Reminder.State.BEGUN, str(error)
    return Reminder.State.SENT, ""


def _count_unfinished(now: datetime) -> int:
    """Reminders of the last week that a sender began and did not finish, without those that one may be sending now."""
    begun = (now - timedelta(days=7), now - timedelta(minutes=10))
    return Reminder.objects.filter(state=Reminder.State.BEGUN, begun_at__range=begun).count()


def _due_users(now: datetime) -> Iterator[User]:
    """Active people with an address and something to look after, in the order of their ids."""
    day = local_date(now)
    looking_after = Q(assignments__starts_on__lte=day) & (
        Q(assignments__ends_on__isnull=True) | Q(assignments__ends_on__gte=day)
    )
    people = User.objects.filter(looking_after, is_active=True).exclude(email="").order_by("pk").distinct()
    refused = set(_refused_today(now).values_list("user", flat=True))
    for user in people.select_related("reminder_plan").iterator(chunk_size=200):
        plan = getattr(user, "reminder_plan", None) or ReminderPlan(user=user)
        if user.pk in refused or is_due(plan, on=day):
            yield user


def _refused_today(now: datetime):
    return Reminder.objects.filter(for_day=local_date(now), state=Reminder.State.REFUSED, attempts__lt=MAX_ATTEMPTS)


@transaction.atomic
def _claim_day(digest: Digest, now: datetime) -> Reminder | None:
    """Claim the day for this person; None when there is nothing to say, or another sender has claimed it."""
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
    again = _refused_today(now).filter(pk=reminder.pk)
    taken = again.update(state=Reminder.State.BEGUN, attempts=F("attempts") + 1)
    return reminder if taken else None


def _message(reminder: Reminder, digest: Digest, connection, now: datetime) -> EmailMessage:
    address = settings.PUBLIC_URL.rstrip("/")
    text = digest.text(address=address + reverse("work"), today=local_date(now))
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<reminder-{reminder.pk}-{local_date(reminder.begun_at):%Y%m%d}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(digest.subject, text, to=[digest.user.email], headers=headers, connection=connection)
