"""Who sends reports: known only as a keyed digest of the network address, and only for the limit of an hour.

Sending a report, closing it, and forgetting who sent it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from contacts.models import Role
from history.authorship import authored
from sites.models import TrialSite
from trials.models import Trial
from work.models import PublicReport

RATE_LIMIT_WINDOW = timedelta(hours=1)


def sender_digest(request: HttpRequest) -> str:
    """Behind a proxy the last address of X-Forwarded-For, the proxy’s own; what stands before it anybody wrote."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return salted_hmac("public report", address, algorithm="sha256").hexdigest()


def is_rate_limited(sender: str, *, now: datetime) -> bool:
    """Inside a transaction: several at once from one address wait for each other, so the limit holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sender])
    recent = PublicReport.objects.filter(sender=sender, reported_at__gt=now - RATE_LIMIT_WINDOW)
    return recent.count() >= settings.REPORTS_PER_HOUR


#: How long an e-mail address is kept where nobody closes the report.
SENDER_RETENTION = timedelta(days=90)
PUBLIC_AUTHOR = "public"


class TooManyReportsError(Exception):
    """The address has sent as many as an hour allows."""


class AlreadyClosedError(Exception):
    """Somebody was quicker; `report` says how it was closed."""

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
    """Keep what somebody from outside wrote; the same words again within the hour are the first ones.

    TooManyReportsError. Old addresses are forgotten on the way.
    """
    purge_senders(now=now)
    said = {
        "trial": trial,
        "trial_site": site,
        "contact": contact,
        "fault": fault,
        "message": message,
        "sender": sender,
    }
    enough = is_rate_limited(sender, now=now)
    if same := PublicReport.objects.open().filter(**said, email=email).first():
        return same
    if enough:
        raise TooManyReportsError
    with authored(PUBLIC_AUTHOR):
        return PublicReport.objects.create(**said, email=email)


@transaction.atomic
def close_report(report: PublicReport, *, outcome: str, author: str, now: datetime) -> PublicReport:
    """Say how it ended, and forget who sent it. ClosedAlreadyError."""
    current = PublicReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if current.outcome:
        raise AlreadyClosedError(current)
    current.outcome, current.closed_by, current.closed_at = outcome, author, now
    current.email = current.sender = ""
    with authored(author):
        current.save(update_fields=["outcome", "closed_by", "closed_at", "email", "sender"])
    return current


def purge_senders(*, now: datetime) -> int:
    """Wipe addresses older than `KEPT` from reports that nobody closed; gives how many."""
    old = PublicReport.objects.filter(reported_at__lt=now - SENDER_RETENTION).exclude(email="", sender="")
    with authored("system:forget"):
        return old.update(email="", sender="")
