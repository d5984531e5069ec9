"""What work keeps: how each person wants to be reminded, and what was sent."""

from work.models.reminders import Pace, RemindedSite, Reminder, ReminderPlan

__all__ = ["Pace", "RemindedSite", "Reminder", "ReminderPlan"]
