"""Models of sites: facilities, sites with status and confirmations, enrollment and milestones."""

from sites.models.enrollment import EnrollmentReport, MonthLock
from sites.models.facility import (
    CityMatch,
    DifferentFacilities,
    Facility,
    FacilityAlias,
    FacilityIdentity,
    FacilityMerge,
    FacilityPoint,
    PossibleDuplicate,
)
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
