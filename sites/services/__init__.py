"""Services on sites: atomic, with author and reason, locking the rows they change; errors are ValidationErrors.

The `code` of a message is the id of the violated rule. Warnings raise too, unless `accept_warnings` is set. `version`
is the version the editor saw; `StaleVersion` is raised when the database has another one.
"""

from sites.services.bulk_status import (
    TRIAL_COORDINATOR_ONLY_TEXT,
    RecordedChange,
    change_statuses,
    revert_statuses,
    undo_confirmations,
)
from sites.services.enrollment import (
    MonthlyCounts,
    lock_month,
    people_in_study,
    report_enrollment,
    save_enrollment_reports,
    unlock_month,
    validate_reports,
)
from sites.services.facilities import (
    IDENTITY_FIELDS,
    correct_facility,
    find_facility,
    find_or_add_facility,
    set_facility_names,
)
from sites.services.facility_merges import mark_as_different_facilities, merge_facilities, undo_facility_merge
from sites.services.sites import (
    MilestoneDates,
    add_site,
    check_milestones,
    new_site,
    set_milestones,
    set_target,
    update_targets_and_notes,
)
from sites.services.status import (
    StatusChangeRequest,
    change_status,
    check_change,
    confirm,
    correct_status,
    current_event,
    rule_inputs_for,
    undo_confirmation,
)
from sites.status_transitions import Authority

__all__ = [
    "IDENTITY_FIELDS",
    "TRIAL_COORDINATOR_ONLY_TEXT",
    "Authority",
    "MilestoneDates",
    "MonthlyCounts",
    "RecordedChange",
    "StatusChangeRequest",
    "add_site",
    "change_status",
    "change_statuses",
    "check_change",
    "check_milestones",
    "confirm",
    "correct_facility",
    "correct_status",
    "current_event",
    "find_facility",
    "find_or_add_facility",
    "lock_month",
    "mark_as_different_facilities",
    "merge_facilities",
    "new_site",
    "people_in_study",
    "report_enrollment",
    "revert_statuses",
    "rule_inputs_for",
    "save_enrollment_reports",
    "set_facility_names",
    "set_milestones",
    "set_target",
    "undo_confirmation",
    "undo_confirmations",
    "undo_facility_merge",
    "unlock_month",
    "update_targets_and_notes",
    "validate_reports",
]
