"""Enrollment reports (cumulative counts of one site at the end of one month), and locks of months for a whole trial."""

from django.db import models
from django.db.models import F, Q

from common.partial_dates import PartialDateField
from history.optimistic_locking import Versioned
from history.tracking import tracked
from sites.models.trial_site import TrialSite
from sites.triggers import ENROLLMENT_REPORT_TRIGGERS, MONTH_LOCK_TRIGGERS
from trials.models import Trial

COUNTS = ("screened", "consented", "enrolled", "withdrawn", "completed")


def count_field(label: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True)


def at_most_constraint(part: str, whole: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{part}__isnull": True}) | Q(**{f"{whole}__isnull": True}) | Q(**{f"{part}__lte": F(whole)}),
        name=name,
        violation_error_message=f"There cannot be more {part} than {whole}.",
    )


@tracked()
class EnrollmentReport(Versioned):
    """Cumulative counts of people at one site at the end of a month; blank means not known, 0 none."""

    trial_site = models.ForeignKey(TrialSite, models.CASCADE, related_name="enrollment_reports", verbose_name="site")
    month = PartialDateField("month", help_text="For example 2026-01.")
    screened = count_field("screened")
    consented = count_field("consented")
    enrolled = count_field("enrolled")
    withdrawn = count_field("withdrawn")
    completed = count_field("completed")
    reason = models.TextField("reason", blank=True, default="", help_text="Needed when a cumulative count falls.")

    class Meta:
        ordering = ["-month", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial_site", "month"],
                name="enrollment_once_a_month",
                violation_error_message="This site already has a report for the month.",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=False) & Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$"),
                name="enrollment_month_is_a_month",
                violation_error_message="Write a year and a month, for example 2026-01.",
            ),
            at_most_constraint("consented", "screened", "enrollment_consented_of_screened"),
            at_most_constraint("enrolled", "consented", "enrollment_enrolled_of_consented"),
            at_most_constraint("withdrawn", "enrolled", "enrollment_withdrawn_of_enrolled"),
            at_most_constraint("completed", "enrolled", "enrollment_completed_of_enrolled"),
        ]
        triggers = ENROLLMENT_REPORT_TRIGGERS

    def __str__(self) -> str:
        return f"{self.month}: {self.enrolled if self.enrolled is not None else 'not known'} enrolled"


@tracked()
class MonthLock(models.Model):
    """A lock of a month: while it is not unlocked, the database refuses every write to the month's reports."""

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
        triggers = MONTH_LOCK_TRIGGERS

    def __str__(self) -> str:
        return f"{self.month} {'unlocked' if self.unlocked_at else 'locked'}"
