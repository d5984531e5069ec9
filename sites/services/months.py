"""Locking a month of a trial's enrollment, and unlocking it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from common import dates
from history.authorship import authored
from sites.models import MonthLock
from trials.models import Trial
from trials.partial_dates import PartialDate


@transaction.atomic
def lock_month(trial: Trial, *, month: PartialDate, author: str) -> MonthLock:
    """Nobody changes the month's reports any more, for all sites of the trial. Waits for reports under way.

    ValidationError when it is locked already, or has not ended yet.
    """
    if month.last_day >= dates.today():
        raise ValidationError("A month can be locked once it is over.", code="month-is-over")
    lock = MonthLock(trial=trial, month=month, locked_by=author)
    Trial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    lock.full_clean()
    with authored(author):
        lock.save()
    return lock


@transaction.atomic
def unlock_month(trial: Trial, *, month: PartialDate, author: str, reason: str) -> MonthLock:
    """The month's reports can be changed again. ValidationError without a reason, or when it is not locked."""
    in_force = MonthLock.objects.filter(trial=trial, month=month, unlocked_at__isnull=True)
    lock = in_force.select_for_update(no_key=True).first()
    if lock is None:
        raise ValidationError("This month is not locked.", code="month-is-locked")
    if not reason.strip():
        raise ValidationError("Say why the month is unlocked.", code="unlocking-says-why")
    lock.unlocked_by, lock.unlocked_at, lock.unlock_reason = author, timezone.now(), reason.strip()
    with authored(author, reason=reason):
        lock.save()
    return lock
