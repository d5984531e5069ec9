"""Facilities and sites in the admin."""

from sites.admin.facility import FacilityAdmin
from sites.admin.trial_site import TrialSiteAdmin

__all__ = ["FacilityAdmin", "TrialSiteAdmin"]
