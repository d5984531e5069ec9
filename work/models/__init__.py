"""Models of My work: findings, flags, change requests, public reports, bulk changes and reminders."""

from work.models.bulk import BulkChange, BulkChangeRow
from work.models.findings import Finding, PendingEvaluation
from work.models.flags import Flag
from work.models.proposals import Proposal
from work.models.reminders import Pace, RemindedSite, Reminder, ReminderPlan, RequestedReminder
from work.models.reports import PublicReport

__all__ = [
    "BulkChange",
    "BulkChangeRow",
    "Finding",
    "Flag",
    "Pace",
    "PendingEvaluation",
    "Proposal",
    "PublicReport",
    "RemindedSite",
    "Reminder",
    "ReminderPlan",
    "RequestedReminder",
]

from work.findings import triggers  # noqa: F401  (the proxies that carry the triggers are models of this app)
