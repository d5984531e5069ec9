"""What people do with sites. Each is atomic, takes who and why, locks what it changes and speaks in ValidationErrors.

A message's `code` is the id of the rule that was broken. Warnings refuse too, until `accept_warnings` says that they
were read. `version` is the one that the editor saw: another one in the database is a `StaleVersion`.
"""

from sites.services.adding import add_site
from sites.services.changing_many import Recorded, change_statuses
from sites.services.confirming import confirm, undo_confirmation
from sites.services.correcting import correct_facility
from sites.services.enrolling import SaidOfMonth, refusals_of, report_enrollment, report_many
from sites.services.milestones import SaidOfStage, check_milestones, set_milestones
from sites.services.months import lock_month, unlock_month
from sites.services.planning import set_plans, set_target
from sites.services.reverting import revert_statuses, undo_confirmations
from sites.services.status import change_status, correct_status
from sites.services.wanted import WantedStatus, changes_of

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
