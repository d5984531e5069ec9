"""Keeps published rows up to date: readers process pending marks before they read.

One query when nothing is pending. A reader processes at most READER_LIMIT trials and reports whether more are pending.
"""

import logging
from datetime import date

from django.db import DatabaseError, connection, transaction

from common import dates
from common.advisory_locks import LockKey, lock_transaction, try_lock_transaction
from publishing.models import StaleMark
from publishing.rebuild import rebuild

READER_LIMIT = 100
LOCK_TIMEOUT = "2s"
log = logging.getLogger(__name__)

_HAS_PENDING = """
    SELECT EXISTS (SELECT FROM publishing_stalemark)
        OR EXISTS (SELECT FROM publishing_trialdocument WHERE rebuild_on <= %s)
"""
_EXPAND_MARKS = """
    WITH worked_off AS (DELETE FROM publishing_stalemark WHERE kind IN ('F', 'P') RETURNING kind, row_id),
    touched AS (
        SELECT site.trial_id FROM sites_trialsite AS site
        JOIN worked_off AS mark ON mark.kind = 'F' AND mark.row_id = site.facility_id
        UNION
        SELECT site.trial_id FROM sites_trialsite AS site JOIN sites_facility AS merged ON merged.id = site.facility_id
        JOIN worked_off AS mark ON mark.kind = 'F' AND mark.row_id = merged.merged_into_id
        UNION
        SELECT COALESCE(role.trial_id, site.trial_id) FROM contacts_role AS role
        JOIN worked_off AS mark ON mark.kind = 'P' AND mark.row_id = role.person_id
        LEFT JOIN sites_trialsite AS site ON site.id = role.trial_site_id
    )
    INSERT INTO publishing_stalemark (kind, row_id) SELECT 'T', trial_id FROM touched
"""
_NEXT = """
    SELECT row_id FROM (
        SELECT row_id, min(id) AS first FROM publishing_stalemark WHERE kind = 'T'
        GROUP BY row_id ORDER BY first LIMIT %s
    ) AS marked
    UNION
    (SELECT trial_id FROM publishing_trialdocument WHERE rebuild_on <= %s ORDER BY rebuild_on LIMIT %s)
    LIMIT %s
"""


def publish_pending(limit: int | None = None, *, on: date | None = None) -> bool:
    """Rebuild at most `limit` pending trials (default READER_LIMIT); returns whether more are pending.

    Database errors are logged, not raised; the marks stay.
    """
    on = on or dates.today()
    if not has_pending(on=on):
        return False
    try:
        process_queue(limit or READER_LIMIT, on=on)
    except DatabaseError:
        log.exception("Published rows could not be rebuilt")
        return True
    return has_pending(on=on)


def has_pending(*, on: date | None = None) -> bool:
    """Whether any rebuild is pending."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_PENDING, [on or dates.today()])
        return cursor.fetchone()[0]


def process_queue(limit: int, *, on: date | None = None) -> int:
    """Rebuild at most `limit` pending trials, oldest marks first; returns their number.

    DatabaseError when another process holds the lock longer than LOCK_TIMEOUT.
    """
    on = on or dates.today()
    with transaction.atomic(), connection.cursor() as cursor:
        lock_transaction(LockKey.REBUILD, timeout=LOCK_TIMEOUT)
        _expand_marks(cursor)
        cursor.execute(_NEXT, [limit, on, limit, limit])
        due = [pk for (pk,) in cursor.fetchall()]
        rebuild(due, on=on)
    return len(due)


def _expand_marks(cursor) -> None:
    """Convert marks of facilities and people into marks of their trials.

    Not while an import has uncommitted sites, whose trials would be missed.
    """
    if not StaleMark.objects.exclude(kind=StaleMark.Kind.TRIAL).exists():
        return
    if try_lock_transaction(LockKey.BULK_PUBLISH):
        cursor.execute(_EXPAND_MARKS)
