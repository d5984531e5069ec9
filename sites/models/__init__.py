"""Models of sites: facilities, sites with status and confirmations, enrollment and milestones."""

from sites.models.enrollment import EnrollmentReport, MonthLock
from sites.models.facility import Facility, FacilityIdentity
from sites.models.facility_merge import DifferentFacilities, FacilityAlias, FacilityMerge, PossibleDuplicate
from sites.models.facility_point import CityMatch, FacilityPoint
from sites.models.trial_site import Confirmation, Milestone, StatusEvent, TrialSite

__all__ = [
    "CityMatch",
    "Confirmation",
    "DifferentFacilities",
    "EnrollmentReport",
    "Facility",
    "FacilityAlias",
    "FacilityIdentity",
    "FacilityMerge",
    "FacilityPoint",
    "Milestone",
    "MonthLock",
    "PossibleDuplicate",
    "StatusEvent",
    "TrialSite",
]
