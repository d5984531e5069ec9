"""Reminder settings and sent reminders.

Digests are not in the audit trail: they contain no trial data, and only their state changes. Settings and requested
reminders, with who requested them, are tracked.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from history.tracking import tracked
from sites.models import TrialSite


class ReminderFrequency(models.TextChoices):
    DAILY = "DAILY", "Daily"
    WEEKLY = "WEEKLY", "Weekly"
    NEVER = "NEVER", "Never"


class Weekday(models.IntegerChoices):
    """Numbered as `date.weekday()`."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


@tracked(authorless=("considered_on", "changes_considered_on"))
class ReminderPlan(models.Model):
    """How often a user receives a digest (by default weekly, on Monday), and whether also a weekly mail of changes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reminder_plan", verbose_name="user"
    )
    pace = models.CharField("how often", max_length=10, choices=ReminderFrequency, default=ReminderFrequency.WEEKLY)
    weekday = models.PositiveSmallIntegerField("on", choices=Weekday, default=Weekday.MONDAY)
    considered_on = models.DateField("last considered", null=True, editable=False)
    changes_mail = models.BooleanField("weekly mail of what changed", default=False)
    changes_considered_on = models.DateField("changes last considered", null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.user}: {self.get_pace_display()}"


class Reminder(models.Model):
    """One mail of its kind, such as a digest of tasks, to one user on one day.

    The row is committed as BEGUN before the mail is sent. If the sender is killed then, it stays so and is not sent
    again, because it is not known whether the mail was delivered.
    """

    class State(models.TextChoices):
        BEGUN = "BEGUN", "Started; delivery unknown"
        SENT = "SENT", "Sent"
        REFUSED = "REFUSED", "Refused by the mail server"

    class Kind(models.TextChoices):
        TASKS = "TASKS", "Open tasks"
        CHANGES = "CHANGES", "What changed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders", verbose_name="sent to")
    kind = models.CharField("kind", max_length=10, choices=Kind, default=Kind.TASKS)
    for_day = models.DateField("for")
    state = models.CharField("state", max_length=10, choices=State, default=State.BEGUN)
    attempts = models.PositiveSmallIntegerField("attempts", default=1)
    begun_at = models.DateTimeField("begun", db_default=models.functions.Now(), editable=False)
    ended_at = models.DateTimeField("ended", null=True)
    subject = models.CharField("subject", max_length=200)
    refusal = models.TextField("answer of the mail server", blank=True, default="")

    class Meta:
        ordering = ["-for_day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "for_day"], name="reminder_once_a_day"),
            models.CheckConstraint(condition=Q(kind__in=["TASKS", "CHANGES"]), name="reminder_kind_is_one"),
            models.CheckConstraint(condition=Q(state__in=["BEGUN", "SENT", "REFUSED"]), name="reminder_state_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.for_day})"


@tracked()
class RequestedReminder(models.Model):
    """A reminder requested by a user, sent at once to a person responsible for an overdue site.

    At most one a day for each person and site. Committed as BEGUN before the mail is sent, like a digest. The audit
    trail records who requested it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="requested_reminders", verbose_name="sent to"
    )
    trial_site = models.ForeignKey(TrialSite, models.CASCADE, related_name="requested_reminders", verbose_name="site")
    for_day = models.DateField("for")
    state = models.CharField("state", max_length=10, choices=Reminder.State, default=Reminder.State.BEGUN)
    refusal = models.TextField("answer of the mail server", blank=True, default="")
    requested_by = models.CharField("requested by", max_length=80, help_text="A key such as user:7.")
    begun_at = models.DateTimeField("begun", db_default=models.functions.Now(), editable=False)

    class Meta:
        ordering = ["-for_day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "trial_site", "for_day"], name="requested_reminder_once_a_day"),
            models.CheckConstraint(
                condition=Q(state__in=["BEGUN", "SENT", "REFUSED"]), name="requested_reminder_state_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"Site {self.trial_site_id}, {self.for_day}"


class RemindedSite(models.Model):
    """A site that a reminder named as overdue."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="reminded_sites")
    trial_site = models.ForeignKey(TrialSite, models.CASCADE, related_name="reminders", verbose_name="site")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reminder", "trial_site"], name="reminded_site_once")]

    def __str__(self) -> str:
        return f"{self.trial_site_id} in {self.reminder_id}"
