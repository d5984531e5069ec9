"""What work keeps: proposals, people's reports, how each person wants to be reminded, and what was sent."""

from work.models.proposals import Proposal
from work.models.reminders import Pace, RemindedSite, Reminder, ReminderPlan
from work.models.reports import PublicReport

__all__ = ["Pace", "Proposal", "PublicReport", "RemindedSite", "Reminder", "ReminderPlan"]
