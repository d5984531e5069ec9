"""Models of sites: facilities, sites with status and confirmations, enrollment and milestones."""

from sites.models.enrollment import EnrollmentReport, MonthLock
from sites.models.facility import Facility
from sites.models.trial_site import Confirmation, Milestone, StatusEvent, TrialSite

__all__ = ["Confirmation", "EnrollmentReport", "Facility", "Milestone", "MonthLock", "StatusEvent", "TrialSite"]
