"""Requested reminders: a mail at once to the people responsible for overdue sites."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from common import dates
from history.authorship import authored
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.coordinators import Coordinators, coordinators_of
from sites.models import TrialSite
from work.mail_confirmation.services import LIFETIME, mail_link
from work.models import Reminder, RequestedReminder
from work.reminders.digests import deliver

REASON = "Reminder requested"


@dataclass(slots=True)
class RequestPlan:
    """The recipients with their sites, and the skipped sites with reasons."""

    recipients: dict[object, list[TrialSite]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[tuple[TrialSite, str]] = field(default_factory=list)


@dataclass(slots=True)
class RequestOutcome:
    """The users to whom a mail was sent, and those for whom it failed or its delivery is unknown."""

    sent: list = field(default_factory=list)
    failed: list = field(default_factory=list)


def plan_requests(sites: Collection[TrialSite], *, author, on: date) -> RequestPlan:
    """Assign each overdue site to its responsible people except the author, each at most once a day.

    Three queries for any number of sites.
    """
    plan, coordinators = RequestPlan(), coordinators_of(sites, on=on)
    done = RequestedReminder.objects.filter(trial_site__in=sites, for_day=on).exclude(state=Reminder.State.REFUSED)
    reminded = set(done.values_list("trial_site", "user"))
    for site in sites:
        users, reasons = _recipients(site, coordinators[site.pk], author, reminded, on)
        for user in users:
            plan.recipients[user].append(site)
        plan.skipped += [(site, reason) for reason in reasons]
    return plan


def send_requested(sites: Collection[TrialSite], *, author, now: datetime) -> RequestOutcome:
    """Send the mails of `plan_requests`, one to each person. OSError if the mail server cannot be reached.

    Must not run inside a transaction: each reminder is committed before its mail is sent.
    """
    outcome, day = RequestOutcome(), dates.local_date(now)
    plan = plan_requests(sites, author=author, on=day)
    if not plan.recipients:
        return outcome
    with get_connection() as connection:
        for user, user_sites in plan.recipients.items():
            claimed = _claim_reminders(user, user_sites, author, day)
            if claimed:
                state = _send(user, claimed, author, connection, day)
                (outcome.sent if state == Reminder.State.SENT else outcome.failed).append(user)
    return outcome


def _recipients(
    site: TrialSite, coordinators: Coordinators, author, reminded: Collection[tuple[int, int]], on: date
) -> tuple[list, list[str]]:
    """The people to remind about a site, and the reasons why others are not reminded."""
    if not needs_confirmation(site):
        return [], ["Its status needs no confirmation."]
    due_on = confirmation_due_on(site)
    if due_on >= on:
        return [], [f"Not overdue: its confirmation is due on {due_on:%-d %B %Y}."]
    if not coordinators.responsible:
        return [], ["No coordinator is assigned to the site or the trial."]
    others = [user for user in coordinators.responsible if user != author]
    if not others:
        return [], ["Only you are responsible. Confirm or change its status in My work."]
    recipients, reasons = [], []
    for user in others:
        if not user.email:
            reasons.append(f"{user} has no e-mail address.")
        elif (site.pk, user.pk) in reminded:
            reasons.append(f"{user} was already reminded today.")
        else:
            recipients.append(user)
    return recipients, reasons


@transaction.atomic
def _claim_reminders(user, sites: Sequence[TrialSite], author, day: date) -> list[RequestedReminder]:
    """Create the day's reminders of a user; skips sites that another process has claimed."""
    claimed = []
    with authored(author.actor, reason=REASON):
        for site in sites:
            reminder, is_new = RequestedReminder.objects.get_or_create(
                user=user, trial_site=site, for_day=day, defaults={"requested_by": author.actor}
            )
            refused = RequestedReminder.objects.filter(pk=reminder.pk, state=Reminder.State.REFUSED)
            if is_new or refused.update(state=Reminder.State.BEGUN, requested_by=author.actor):
                reminder.trial_site = site
                claimed.append(reminder)
    return claimed


def _send(user, reminders: Sequence[RequestedReminder], author, connection, day: date) -> str:
    message = _message(user, reminders, author, connection, day)
    state, refusal = deliver(message, connection)
    with transaction.atomic(), authored(author.actor, reason=REASON):
        sent = RequestedReminder.objects.filter(pk__in=[reminder.pk for reminder in reminders])
        sent.update(state=state, refusal=refusal[:1000])
    return state


def _message(user, reminders: Sequence[RequestedReminder], author, connection, day: date) -> EmailMessage:
    sites = [reminder.trial_site for reminder in reminders]
    number = len(sites)
    subject = f"Sitelight: confirm {number} overdue site{'' if number == 1 else 's'}"
    address = settings.PUBLIC_URL.rstrip("/") + reverse("work")
    context = {
        "user": user, "author": author, "sites": sites, "address": address, "today": day,
        "confirm_url": mail_link(reminders[0], sites, on=day), "confirm_days": LIFETIME.days,
    }  # fmt: skip
    text = render_to_string("work/reminders/requested.txt", context)
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<requested-reminder-{reminders[0].pk}-{day:%Y%m%d}@{host}>"}
    return EmailMessage(subject, text, to=[user.email], headers=headers, connection=connection)
