"""What work keeps: what the rules found, managers' flags, and how each person is reminded of both."""

from work.models.findings import Finding, JudgeMark
from work.models.flags import Flag
from work.models.reminders import Pace, RemindedSite, Reminder, ReminderPlan

__all__ = ["Finding", "Flag", "JudgeMark", "Pace", "RemindedSite", "Reminder", "ReminderPlan"]

from work import watched  # noqa: F401  (the proxies that carry the triggers are models of this app)
