"""What people do with sites. Each is atomic, takes who and why, locks what it changes and speaks in ValidationErrors.

A message's `code` is the id of the rule that was broken. Warnings refuse too, until `accept_warnings` says that they
were read. `version` is the one that the editor saw: another one in the database is a `StaleVersion`.
"""

from sites.services.adding import add_site
from sites.services.confirming import confirm, undo_confirmation
from sites.services.correcting import correct_facility
from sites.services.enrolling import report_enrollment
from sites.services.status import change_status, correct_status
from sites.services.targeting import set_target

__all__ = [
    "add_site",
    "change_status",
    "confirm",
    "correct_facility",
    "correct_status",
    "report_enrollment",
    "set_target",
    "undo_confirmation",
]
