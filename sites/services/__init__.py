"""What people do with sites. Each is atomic, takes who and why, locks what it changes and speaks in ValidationErrors.

A message's `code` is the id of the rule that was broken. Warnings refuse too, until `accept_warnings` says that they
were read. `version` is the one that the editor saw: another one in the database is a `StaleVersion`.
"""

from sites.services.bulk_status import Recorded, change_statuses, revert_statuses, undo_confirmations
from sites.services.confirmations import confirm, undo_confirmation
from sites.services.enrollment import SaidOfMonth, lock_month, refusals_of, report_enrollment, report_many, unlock_month
from sites.services.facilities import add_site, correct_facility
from sites.services.milestones import SaidOfStage, check_milestones, set_milestones
from sites.services.status import WantedStatus, change_status, changes_of, correct_status
from sites.services.targets import set_plans, set_target

__all__ = [
    "Recorded",
    "SaidOfMonth",
    "SaidOfStage",
    "WantedStatus",
    "add_site",
    "change_status",
    "change_statuses",
    "changes_of",
    "check_milestones",
    "confirm",
    "correct_facility",
    "correct_status",
    "lock_month",
    "refusals_of",
    "report_enrollment",
    "report_many",
    "revert_statuses",
    "set_milestones",
    "set_plans",
    "set_target",
    "undo_confirmation",
    "undo_confirmations",
    "unlock_month",
]
