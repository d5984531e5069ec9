"""Sending and closing public reports, their rate limit, and erasing sender data.

Senders are stored only as a keyed digest of the network address, for the rate limit of one hour.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from common.advisory_locks import lock_text
from contacts.models import Role
from history.authorship import authored
from sites.models import TrialSite
from trials.models import Trial
from work.models import PublicReport

RATE_LIMIT_WINDOW = timedelta(hours=1)

#: Maximum time that sender data of open reports is stored.
SENDER_RETENTION = timedelta(days=90)
PUBLIC_AUTHOR = "public"


def is_rate_limited(sender: str, *, now: datetime) -> bool:
    """Whether the sender has reached the limit. Locks the sender until the transaction ends."""
    lock_text(sender)
    recent = PublicReport.objects.filter(sender=sender, reported_at__gt=now - RATE_LIMIT_WINDOW)
    return recent.count() >= settings.REPORTS_PER_HOUR


class TooManyReportsError(Exception):
    """The sender has reached the hourly limit."""


class AlreadyClosedError(Exception):
    """The report was already closed; `report` has its outcome."""

    def __init__(self, report: PublicReport):
        super().__init__(f"Report {report.pk} is closed: {report.outcome}.")
        self.report = report


@transaction.atomic
def send_report(
    *,
    trial: Trial,
    site: TrialSite | None,
    contact: Role | None,
    fault: str,
    message: str,
    email: str,
    sender: str,
    now: datetime,
) -> PublicReport:
    """Save a public report; an open report with the same content is returned instead of a second one.

    Clears old sender data first. TooManyReportsError.
    """
    purge_senders(now=now)
    fields = {
        "trial": trial,
        "trial_site": site,
        "contact": contact,
        "fault": fault,
        "message": message,
        "sender": sender,
    }
    is_limited = is_rate_limited(sender, now=now)
    if existing := PublicReport.objects.open().filter(**fields, email=email).first():
        return existing
    if is_limited:
        raise TooManyReportsError
    with authored(PUBLIC_AUTHOR):
        return PublicReport.objects.create(**fields, email=email)


@transaction.atomic
def close_report(report: PublicReport, *, outcome: str, author: str, now: datetime) -> PublicReport:
    """Close a report with an outcome and clear its sender data. AlreadyClosedError."""
    current = PublicReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if current.outcome:
        raise AlreadyClosedError(current)
    current.outcome, current.closed_by, current.closed_at = outcome, author, now
    current.email = current.sender = ""
    with authored(author):
        current.save(update_fields=["outcome", "closed_by", "closed_at", "email", "sender"])
    return current


def purge_senders(*, now: datetime) -> int:
    """Clear sender data older than `SENDER_RETENTION` from open reports; returns their number."""
    old = PublicReport.objects.filter(reported_at__lt=now - SENDER_RETENTION).exclude(email="", sender="")
    with authored("system:forget"):
        return old.update(email="", sender="")
