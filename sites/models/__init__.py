"""Models of sites: facilities, sites with status and confirmations, enrollment and milestones."""

from sites.models.enrollment import EnrollmentReport, MonthLock
from sites.models.facility import Facility, FacilityIdentity
from sites.models.facility_point import CityMatch, FacilityPoint
from sites.models.trial_site import Confirmation, Milestone, StatusEvent, TrialSite

__all__ = [
    "CityMatch",
    "Confirmation",
    "EnrollmentReport",
    "Facility",
    "FacilityIdentity",
    "FacilityPoint",
    "Milestone",
    "MonthLock",
    "StatusEvent",
    "TrialSite",
]
