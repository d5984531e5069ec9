"""Where a trial takes place, and whether it recruits there."""

from sites.models.confirmation import Confirmation
from sites.models.enrollment import EnrollmentReport
from sites.models.facility import Facility
from sites.models.milestone import Milestone
from sites.models.month_lock import MonthLock
from sites.models.status import StatusEvent
from sites.models.trial_site import TrialSite

__all__ = ["Confirmation", "EnrollmentReport", "Facility", "Milestone", "MonthLock", "StatusEvent", "TrialSite"]
