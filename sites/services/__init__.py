"""Services on sites: atomic, with author and reason, locking the rows they change; errors are ValidationErrors.

The `code` of a message is the id of the violated rule. Warnings raise too, unless `accept_warnings` is set. `version`
is the version the editor saw; `StaleVersion` is raised when the database has another one.
"""

from sites.services.bulk_status import RecordedChange, change_statuses, revert_statuses, undo_confirmations
from sites.services.confirmations import confirm, undo_confirmation
from sites.services.enrollment import (
    MonthlyCounts,
    lock_month,
    report_enrollment,
    save_enrollment_reports,
    unlock_month,
    validate_reports,
)
from sites.services.facilities import add_site, correct_facility
from sites.services.milestones import MilestoneDates, check_milestones, set_milestones
from sites.services.status import StatusChangeRequest, change_status, correct_status, rule_inputs_for
from sites.services.targets import set_target, update_targets_and_notes

__all__ = [
    "MilestoneDates",
    "MonthlyCounts",
    "RecordedChange",
    "StatusChangeRequest",
    "add_site",
    "change_status",
    "change_statuses",
    "check_milestones",
    "confirm",
    "correct_facility",
    "correct_status",
    "lock_month",
    "report_enrollment",
    "revert_statuses",
    "rule_inputs_for",
    "save_enrollment_reports",
    "set_milestones",
    "set_target",
    "undo_confirmation",
    "undo_confirmations",
    "unlock_month",
    "update_targets_and_notes",
    "validate_reports",
]
