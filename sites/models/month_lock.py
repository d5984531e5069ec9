"""Locked months: the enrollment of a month that nobody changes any more, for all sites of a trial at once."""

from django.db import models
from django.db.models import Q

from history.tracking import tracked
from sites.triggers.months import locks_after_the_last_report, only_unlocked
from trials.models import Trial
from trials.partial_dates import PartialDateField


@tracked()
class MonthLock(models.Model):
    """While it is not unlocked, the database refuses every write to the month's reports.

    One that is unlocked keeps its row, with who did it and why.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="month_locks", verbose_name="trial")
    month = PartialDateField("month")
    locked_by = models.CharField("locked by", max_length=80, help_text="A key such as user:7, never a name.")
    locked_at = models.DateTimeField("locked", db_default=models.functions.Now(), editable=False)
    unlocked_by = models.CharField("unlocked by", max_length=80, blank=True, default="")
    unlocked_at = models.DateTimeField("unlocked", null=True, blank=True)
    unlock_reason = models.TextField("why it was unlocked", blank=True, default="")

    class Meta:
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "month"],
                condition=Q(unlocked_at__isnull=True),
                name="month_is_locked_once",
                violation_error_message="This month is locked already.",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=False) & Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$"),
                name="locked_month_is_a_month",
                violation_error_message="Write a year and a month, for example 2026-01.",
            ),
            models.CheckConstraint(condition=~Q(locked_by=""), name="month_lock_has_an_author"),
            models.CheckConstraint(
                condition=Q(unlocked_at__isnull=True) | (~Q(unlocked_by="") & ~Q(unlock_reason="")),
                name="unlocking_says_who_and_why",
                violation_error_message="Say why the month is unlocked.",
            ),
        ]
        triggers = [locks_after_the_last_report(), *only_unlocked()]

    def __str__(self) -> str:
        return f"{self.month} {'unlocked' if self.unlocked_at else 'locked'}"
