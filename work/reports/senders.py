"""Who sends reports: known only as a keyed digest of the network address, and only for the limit of an hour."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from work.models import PublicReport

WITHIN = timedelta(hours=1)


def sender_of(request: HttpRequest) -> str:
    """Behind a proxy the last address of X-Forwarded-For, the proxy’s own; what stands before it anybody wrote."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return salted_hmac("public report", address, algorithm="sha256").hexdigest()


def has_sent_enough(sender: str, *, now: datetime) -> bool:
    """Inside a transaction: several at once from one address wait for each other, so the limit holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sender])
    recent = PublicReport.objects.filter(sender=sender, reported_at__gt=now - WITHIN)
    return recent.count() >= settings.REPORTS_PER_HOUR
