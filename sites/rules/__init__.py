"""Rules of the overall status and its sites, of status changes, new sites, enrollment, reports and milestones.

Each table has its own input type.
"""

from sites.rules.enrollment import (
    CUMULATIVE,
    ENROLLMENT_RULES,
    REPORTING_RULES,
    Counts,
    EnrollmentInput,
    MonthlyReportInput,
    owes_report,
)
from sites.rules.milestones import MILESTONE_RULES, MilestoneInput
from sites.rules.overall_status import (
    NEW_SITE_RULES,
    OVERALL_RULES,
    NewSiteInput,
    TrialSitesInput,
    implied_overall_status,
    matches_overall_status,
)
from sites.rules.status_change import (
    CHANGE_RULES,
    IntermediateStatuses,
    StatusChangeInput,
    ends_too_early,
    reason_required,
)

__all__ = [
    "CHANGE_RULES",
    "CUMULATIVE",
    "ENROLLMENT_RULES",
    "MILESTONE_RULES",
    "NEW_SITE_RULES",
    "OVERALL_RULES",
    "REPORTING_RULES",
    "TABLES",
    "Counts",
    "EnrollmentInput",
    "IntermediateStatuses",
    "MilestoneInput",
    "MonthlyReportInput",
    "NewSiteInput",
    "StatusChangeInput",
    "TrialSitesInput",
    "ends_too_early",
    "implied_overall_status",
    "matches_overall_status",
    "owes_report",
    "reason_required",
]

TABLES = {
    "Overall status and site statuses": OVERALL_RULES,
    "Status change of a site": CHANGE_RULES,
    "New sites": NEW_SITE_RULES,
    "Enrollment at a site": ENROLLMENT_RULES,
    "Monthly reports of a site": REPORTING_RULES,
    "Milestones of a site": MILESTONE_RULES,
}
