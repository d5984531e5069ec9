"""Which proposals and reports are whose."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Assignment
from common import dates
from sites.models import TrialSite
from trials.grants import reads_everything
from trials.models import Trial


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for who reads everything; for others those about sites that they may edit, whoever proposed them."""
        if reads_everything(user):
            return self.all()
        return self.filter(trial_site__in=TrialSite.objects.editable_by(user))

    def decidable_by(self, user):
        """Those about sites of trials that the user may edit: administrators all."""
        return self.filter(trial_site__trial__in=Trial.objects.editable_by(user))

    def open(self):
        return self.filter(decision="")

    def about(self, site: TrialSite):
        """Those about the site, and those about its facility that come from elsewhere."""
        return self.filter(Q(trial_site=site) | Q(facility=site.facility_id))

    def with_places(self):
        return self.select_related("trial_site__trial", "trial_site__facility", "facility")


class PublicReportQuerySet(models.QuerySet):
    def editable_by(self, user):
        """Those about sites and trials that the user may edit."""
        of_sites = Q(trial_site__in=TrialSite.objects.editable_by(user))
        return self.filter(of_sites | Q(trial__in=Trial.objects.editable_by(user)))

    def addressed_to(self, user):
        """Those on the user's list: a site's coordinator's, the trial's where the site has none or none is named."""
        looked_after = Assignment.objects.in_force(dates.today()).filter(
            trial_site=OuterRef("trial_site"), user__is_active=True
        )
        of_the_trial = Q(trial__in=Trial.objects.assigned_to(user)) & ~Exists(looked_after)
        return self.filter(of_the_trial | Q(trial_site__in=TrialSite.objects.assigned_to(user)))

    def open(self):
        return self.filter(outcome="")
