"""The weekly mail of what changed, for users who oversee trials and want it.

The text comes from the template of the app that reads changes: only what the receiver may read when it is sent. At most
one a day is sent to each user, even if the process is killed; a week without changes sends none.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.dates import local_date
from history.authorship import authored
from work.models import Reminder, ReminderPlan
from work.reminders.digests import AUTHOR, MAX_ATTEMPTS, SendCounts, deliver

PERIOD = timedelta(days=7)
#: After a longer gap, such as a month without the command, the mail begins here.
LONGEST_PERIOD = timedelta(days=28)
_SALT = "work.changes_mail.unsubscribe"


def is_changes_mail_due(plan: ReminderPlan, *, on: date) -> bool:
    """Whether the mail is due: once a week from the chosen weekday on; a missed day is made up for on the next one."""
    since = on - timedelta(days=(on.weekday() - plan.weekday) % 7)
    return plan.changes_mail and (plan.changes_considered_on is None or plan.changes_considered_on < since)


def send_changes_mails(counts: SendCounts, *, now: datetime) -> SendCounts:
    """Send the due mails and add them to the counts. Must not run inside a transaction, like `send_reminders`."""
    with get_connection() as connection:
        for plan in _due_plans(now):
            counts.add(_send(plan, connection, now))
    return counts


def _due_plans(now: datetime) -> Iterator[ReminderPlan]:
    """The plans of active users with an e-mail address who may see the figures of trials today."""
    day = local_date(now)
    refused = set(_refused_today(day).values_list("user", flat=True))
    plans = ReminderPlan.objects.filter(changes_mail=True, user__is_active=True).exclude(user__email="")
    for plan in plans.select_related("user").order_by("pk").iterator(chunk_size=200):
        if (plan.user_id in refused or is_changes_mail_due(plan, on=day)) and plan.user.oversees_trials:
            yield plan


def _refused_today(day: date):
    return Reminder.objects.filter(
        kind=Reminder.Kind.CHANGES, for_day=day, state=Reminder.State.REFUSED, attempts__lt=MAX_ATTEMPTS
    )


def _send(plan: ReminderPlan, connection, now: datetime) -> str:
    """Send the mail of one user; returns a state of `Reminder`, or blank without changes."""
    first_day, day = _first_day(plan.user, local_date(now)), local_date(now)
    context = {
        "user": plan.user, "first_day": first_day, "last_day": day - timedelta(days=1),
        "since": _start_of(first_day), "until": _start_of(day), "address": settings.PUBLIC_URL.rstrip("/"),
        "list_url": _absolute(reverse("changes")) + "?" + urlencode({"since": first_day.isoformat()}),
        "settings_url": _absolute(reverse("work_reminders")), "unsubscribe_url": unsubscribe_url(plan.user),
    }  # fmt: skip
    text = render_to_string("publishing/changes_mail.txt", context).strip()
    reminder = _claim(plan, bool(text), f"Sitelight: what changed since {first_day:%-d %B %Y}", day)
    if reminder is None:
        return ""
    state, refusal = deliver(_message(reminder, text + "\n", connection), connection)
    ended_at = None if state == Reminder.State.BEGUN else timezone.now()
    Reminder.objects.filter(pk=reminder.pk).update(state=state, ended_at=ended_at, refusal=refusal[:1000])
    return state


def _first_day(user: User, day: date) -> date:
    """The day of the last mail, whose own changes were not in it; without one, a week before."""
    earlier = Reminder.objects.filter(user=user, kind=Reminder.Kind.CHANGES, for_day__lt=day)
    last = earlier.exclude(state=Reminder.State.REFUSED).aggregate(last=Max("for_day"))["last"]
    return max(last, day - LONGEST_PERIOD) if last else day - PERIOD


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@transaction.atomic
def _claim(plan: ReminderPlan, has_changes: bool, subject: str, day: date) -> Reminder | None:
    """Create the day's row of a user; None without changes or if another process has claimed it."""
    with authored(AUTHOR):
        ReminderPlan.objects.filter(pk=plan.pk).update(changes_considered_on=day)
    if not has_changes:
        return None
    kind = Reminder.Kind.CHANGES
    reminder, is_new = Reminder.objects.get_or_create(
        user=plan.user, kind=kind, for_day=day, defaults={"subject": subject}
    )
    if is_new:
        return reminder
    refused = _refused_today(day).filter(pk=reminder.pk)
    return reminder if refused.update(state=Reminder.State.BEGUN, attempts=F("attempts") + 1) else None


def _message(reminder: Reminder, text: str, connection) -> EmailMessage:
    """The mail, with the headers of RFC 8058 by which mail programs offer to unsubscribe."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<changes-{reminder.pk}-{reminder.for_day:%Y%m%d}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{unsubscribe_url(reminder.user)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return EmailMessage(reminder.subject, text, to=[reminder.user.email], headers=headers, connection=connection)


def _absolute(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path


def unsubscribe_url(user: User) -> str:
    """The signed address that turns off this user's weekly mail without sign-in; it can do nothing else."""
    return _absolute(reverse("unsubscribe", args=[signing.Signer(salt=_SALT).sign(str(user.pk))]))


def user_of_token(token: str) -> User | None:
    """The user of an unsubscribe link; None where it is invalid."""
    try:
        return User.objects.filter(pk=int(signing.Signer(salt=_SALT).unsign(token))).first()
    except (signing.BadSignature, ValueError):
        return None


def unsubscribe(user: User) -> None:
    """Turn the weekly mail off, with the user as author. Once off, it changes nothing."""
    with authored(user.actor, reason="Unsubscribed by the link of a mail"):
        ReminderPlan.objects.filter(user=user, changes_mail=True).update(changes_mail=False)
