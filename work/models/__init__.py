"""What work keeps: findings, managers' flags, proposals, people's reports, and how each person is reminded."""

from work.models.findings import Finding, JudgeMark
from work.models.flags import Flag
from work.models.proposals import Proposal
from work.models.reminders import Pace, RemindedSite, Reminder, ReminderPlan
from work.models.reports import PublicReport

__all__ = [
    "Finding",
    "Flag",
    "JudgeMark",
    "Pace",
    "Proposal",
    "PublicReport",
    "RemindedSite",
    "Reminder",
    "ReminderPlan",
]

from work import watched  # noqa: F401  (the proxies that carry the triggers are models of this app)
