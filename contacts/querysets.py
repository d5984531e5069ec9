"""Which people and roles: who holds a role on a day, and what of it may be published."""

from django.db import models
from django.db.models import Q

from contacts.codes import RoleKind
from sites.codes import SiteStatus
from trials.codes import OverallStatus

JOINABLE = (OverallStatus.NOT_YET_RECRUITING, OverallStatus.RECRUITING)
JOINABLE_SITES = (SiteStatus.NOT_YET_RECRUITING, SiteStatus.RECRUITING)


class RoleQuerySet(models.QuerySet):
    def held_on(self, day):
        """Roles in force on a day."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=day)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )

    def publishable(self):
        """Roles that may be shown to everybody: only while somebody can join. Officials always.

        Source: publication practice of ClinicalTrials.gov (the rules of contacts in docs/rules).
        """
        trial_open = Q(trial__overall_status__in=JOINABLE) | Q(
            trial__overall_status=OverallStatus.UNKNOWN, trial__last_known_status__in=JOINABLE
        )
        site_open = Q(trial_site__status__in=JOINABLE_SITES) | Q(
            trial_site__status="", trial_site__trial__overall_status=OverallStatus.NOT_YET_RECRUITING
        )
        return self.filter(
            Q(kind=RoleKind.OFFICIAL)
            | Q(kind=RoleKind.CENTRAL_CONTACT) & trial_open
            | Q(kind=RoleKind.SITE_CONTACT) & site_open
        )
