"""Digests of open tasks: what is in them, when they are due, and their sending.

At most one a day is sent to each user, even if the process is killed. A digest has no sites that first go to another
coordinator.
"""

import smtplib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Assignment, User
from common.assignment_scope import in_force_q
from common.dates import local_date
from history.authorship import authored
from sites.models import TrialSite
from work.mail_confirmation.services import LIFETIME, mail_link
from work.models import RemindedSite, Reminder, ReminderFrequency, ReminderPlan
from work.my_work.items import ItemType, WorkItem, WorkRow
from work.my_work.services import build_my_work

MISSED_REMINDERS = 2
#: Reminders sent to the site's own coordinators since it was last confirmed.
_SENT_TO_SITE_COORDINATOR = Q(
    reminders__reminder__state=Reminder.State.SENT,
    reminders__reminder__user__assignments__trial_site=F("pk"),
    reminders__reminder__for_day__gt=Coalesce("last_confirmed_on", date.min),
)

MAX_ITEMS = 20
MAX_ATTEMPTS = 3
AUTHOR = "system:reminders"


def sites_with_missed_reminders(sites: Collection[int], *, before: date) -> set[int]:
    """The ids of sites with `MISSED_REMINDERS` unanswered reminders on different days before a day."""
    counted = Count(
        "reminders__reminder__for_day",
        filter=_SENT_TO_SITE_COORDINATOR & Q(reminders__reminder__for_day__lt=before),
        distinct=True,
    )
    missed_sites = (
        TrialSite.objects.filter(pk__in=sites).order_by().annotate(missed=counted).filter(missed__gte=MISSED_REMINDERS)
    )
    return set(missed_sites.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Digest:
    """The tasks in a mail; `escalated` are the ids of sites whose own coordinators did not respond."""

    user: object
    items: Sequence[WorkItem]
    escalated: Collection[int]
    today: date

    @property
    def overdue_sites(self) -> list[TrialSite]:
        return [item.site for item in self.items if item.site and item.kind is ItemType.OVERDUE]

    @property
    def subject(self) -> str:
        return f"Sitelight: {self.summary}"

    @property
    def summary(self) -> str:
        """Such as "8 open tasks, 6 overdue"."""
        number = len(self.items)
        overdue = sum(item.due_on is not None and item.due_on < self.today for item in self.items)
        return f"{number} open task{'' if number == 1 else 's'}" + (f", {overdue} overdue" if overdue else "")

    @property
    def named_overdue_sites(self) -> list[TrialSite]:
        """The overdue sites that the mail names."""
        return [site for site in self.overdue_sites if site in [item.site for item in self.items[:MAX_ITEMS]]]

    def text(self, *, address: str, today, confirm_url: str = "") -> str:
        """The text of the mail. `address` is the URL of My work, `confirm_url` that of the link without sign-in."""
        shown = [(item, item.site is not None and item.site.pk in self.escalated) for item in self.items[:MAX_ITEMS]]
        context = {
            "digest": self, "shown": shown, "more": len(self.items) - len(shown), "address": address, "today": today,
            "confirm_url": confirm_url, "confirm_days": LIFETIME.days,
        }  # fmt: skip
        return render_to_string("work/reminders/digest.txt", context)


def build_digest(user, *, now: datetime) -> Digest:
    """Build the digest of a user.

    Sites with their own coordinator are included for the trial's coordinators only after `MISSED_REMINDERS`; sites
    without one are included at once.
    """
    today = local_date(now)
    items = [item for row in build_my_work(user, now=now).rows for item in _row_items(row)]
    delegated = _sites_of_other_coordinators(user, [item.site.pk for item in items if item.site], now)
    escalated = sites_with_missed_reminders(delegated, before=today)
    return Digest(user, list(_exclude_sites(items, delegated - escalated)), escalated, today)


def _row_items(row: WorkRow) -> Iterator[WorkItem]:
    """The most severe task, and a missing monthly report if another task is more severe."""
    yield row.item
    yield from (item for item in row.other_items if item.kind is ItemType.MONTH_REPORT)


def _exclude_sites(items: Sequence[WorkItem], site_ids: Collection[int]) -> Iterator[WorkItem]:
    return (item for item in items if item.site is None or item.site.pk not in site_ids)


def _sites_of_other_coordinators(user, sites: Collection[int], now: datetime) -> set[int]:
    """The ids of sites that have coordinators, none of whom is this user."""
    day = local_date(now)
    in_force = Assignment.objects.in_force(day).filter(trial_site__in=sites, user__is_active=True)
    assignments = in_force.values_list("trial_site", "user")
    own = {site for site, coordinator in assignments if coordinator == user.pk}
    return {site for site, _ in assignments} - own


def is_due(plan: ReminderPlan, *, on: date) -> bool:
    """Whether a digest is due: once a day, or once a week from the chosen weekday on.

    A day on which the command did not run is made up for on the next one.
    """
    if plan.pace == ReminderFrequency.NEVER:
        return False
    since = on if plan.pace == ReminderFrequency.DAILY else on - timedelta(days=(on.weekday() - plan.weekday) % 7)
    return plan.considered_on is None or plan.considered_on < since


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
    reminder = _claim_reminder(digest, now)
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
    tasks = Reminder.objects.filter(kind=Reminder.Kind.TASKS, for_day=local_date(now))
    return tasks.filter(state=Reminder.State.REFUSED, attempts__lt=MAX_ATTEMPTS)


@transaction.atomic
def _claim_reminder(digest: Digest, now: datetime) -> Reminder | None:
    """Create the day's reminder of a user; None if there are no tasks or another process has claimed it."""
    day = local_date(now)
    with authored(AUTHOR):
        ReminderPlan.objects.update_or_create(user=digest.user, defaults={"considered_on": day})
    if not digest.items:
        return None
    reminder, is_new = Reminder.objects.get_or_create(
        user=digest.user, kind=Reminder.Kind.TASKS, for_day=day, defaults={"subject": digest.subject}
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
    confirm_url = mail_link(reminder, digest.named_overdue_sites, on=local_date(now))
    text = digest.text(address=address + reverse("work"), today=local_date(now), confirm_url=confirm_url)
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<reminder-{reminder.pk}-{local_date(reminder.begun_at):%Y%m%d}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(digest.subject, text, to=[digest.user.email], headers=headers, connection=connection)
