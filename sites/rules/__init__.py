"""Rules of the overall status and its sites, of status changes, new sites, enrollment, reports and milestones.

Each table has its own input type: see `sites.rules.inputs`.
"""

from sites.rules.enrollment import ENROLLMENT_RULES
from sites.rules.milestones import MILESTONE_RULES
from sites.rules.monthly_report import REPORTING_RULES, owes_report
from sites.rules.overall_status import NEW_SITE_RULES, OVERALL_RULES, goes_with, implied_overall_status
from sites.rules.status_change import CHANGE_RULES, ends_too_early, reason_required

__all__ = [
    "CHANGE_RULES",
    "NEW_SITE_RULES",
    "OVERALL_RULES",
    "TABLES",
    "ends_too_early",
    "goes_with",
    "implied_overall_status",
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
