"""Models of My work: findings, flags, change requests, public reports, bulk changes, reminders and saved views."""

from work.models.bulk import BulkChange, BulkChangeRow
from work.models.findings import RULES_BY_ID, Finding, Flag, PendingEvaluation
from work.models.health import StoredHealth
from work.models.proposals import Proposal, ProposalDecision, ProposalKind
from work.models.reminders import RemindedSite, Reminder, ReminderFrequency, ReminderPlan, RequestedReminder
from work.models.reports import MESSAGE_LENGTH, PublicReport, ReportedFault, ReportOutcome
from work.models.saved_views import SavedView, ViewedPage

__all__ = [
    "MESSAGE_LENGTH",
    "RULES_BY_ID",
    "BulkChange",
    "BulkChangeRow",
    "Finding",
    "Flag",
    "PendingEvaluation",
    "Proposal",
    "ProposalDecision",
    "ProposalKind",
    "PublicReport",
    "RemindedSite",
    "Reminder",
    "ReminderFrequency",
    "ReminderPlan",
    "ReportOutcome",
    "ReportedFault",
    "RequestedReminder",
    "SavedView",
    "StoredHealth",
    "ViewedPage",
]

from work.findings import triggers  # noqa: F401  (the proxies that carry the triggers are models of this app)
