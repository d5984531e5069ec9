"""Locking and unlocking a month of a trial's enrollment; `sites/triggers.py` refuses reports of locked months."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from common import dates
from common.partial_dates import PartialDate
from history.authorship import authored
from sites.models import MonthLock
from trials.models import Trial


@transaction.atomic
def lock_month(trial: Trial, *, month: PartialDate, author: str) -> MonthLock:
    """Lock the month's reports of all sites of the trial; waits for reports being saved.

    ValidationError when the month is locked already, or has not ended yet.
    """
    if month.last_day >= dates.today():
        raise ValidationError("A month can be locked after its last day.", code="month-is-over")
    lock = MonthLock(trial=trial, month=month, locked_by=author)
    Trial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    lock.full_clean()
    with authored(author):
        lock.save()
    return lock


@transaction.atomic
def unlock_month(trial: Trial, *, month: PartialDate, author: str, reason: str) -> MonthLock:
    """Unlock the month's reports. ValidationError without a reason, or when the month is not locked."""
    active_locks = MonthLock.objects.filter(trial=trial, month=month, unlocked_at__isnull=True)
    lock = active_locks.select_for_update(no_key=True).first()
    if lock is None:
        raise ValidationError("This month is not locked.", code="month-is-locked")
    if not reason.strip():
        raise ValidationError("Enter a reason for unlocking the month.", code="unlocking-says-why")
    lock.unlocked_by, lock.unlocked_at, lock.unlock_reason = author, timezone.now(), reason.strip()
    with authored(author, reason=reason):
        lock.save()
    return lock
