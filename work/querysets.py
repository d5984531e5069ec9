"""Querysets of change requests, public reports, findings and flags, filtered by user and state."""

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from accounts.models import Assignment
from common import dates
from common.permissions import reads_everything
from common.rule_types import Level
from sites.models import TrialSite
from trials.models import Trial


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for readers of everything; for others those about sites that they can edit, whoever requested them."""
        if reads_everything(user):
            return self.all()
        return self.filter(trial_site__in=TrialSite.objects.editable_by(user))

    def decidable_by(self, user):
        """Those about sites of trials that the user can edit; all for administrators."""
        return self.filter(trial_site__trial__in=Trial.objects.editable_by(user))

    def open(self):
        return self.filter(decision="")

    def about(self, site: TrialSite):
        """Those about the site, and those about its facility submitted from other trials."""
        return self.filter(Q(trial_site=site) | Q(facility=site.facility_id))

    def with_places(self):
        return self.select_related("trial_site__trial", "trial_site__facility", "facility")


class PublicReportQuerySet(models.QuerySet):
    def editable_by(self, user):
        """Those about sites and trials that the user can edit."""
        of_sites = Q(trial_site__in=TrialSite.objects.editable_by(user))
        return self.filter(of_sites | Q(trial__in=Trial.objects.editable_by(user)))

    def addressed_to(self, user):
        """Those for the user: reports about a site go to its coordinators, otherwise to the trial's coordinators."""
        coordinators = Assignment.objects.in_force(dates.today()).filter(
            trial_site=OuterRef("trial_site"), user__is_active=True
        )
        of_the_trial = Q(trial__in=Trial.objects.assigned_to(user)) & ~Exists(coordinators)
        return self.filter(of_the_trial | Q(trial_site__in=TrialSite.objects.assigned_to(user)))

    def open(self):
        return self.filter(outcome="")


class FindingQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def errors(self):
        return self.filter(level=Level.ERROR)

    def closed_since(self, moment):
        return self.filter(closed_at__gte=moment)

    def visible_to(self, user):
        """All for readers of everything; for others those about trials and sites that they can edit."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.all() if reads_everything(user) else self.filter(editable_subject_q(user))

    def with_may_fix(self, user):
        """Annotate `may_fix`: whether it is about a trial or site that the user can edit."""
        return self.annotate(may_fix=ExpressionWrapper(editable_subject_q(user), models.BooleanField()))


class FlagQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def answerable_by(self, user):
        """Flags of trials and of sites that the user can edit."""
        sites, trials = _editable_ids(user)
        return self.filter(Q(trial_site=None, trial__in=trials) | Q(trial_site__in=sites))

    def visible_to(self, user):
        return self.all() if reads_everything(user) else self.answerable_by(user)


def editable_subject_q(user) -> Q:
    """A filter: about a trial or a site that the user can edit."""
    sites, trials = _editable_ids(user)
    return Q(trial__in=trials) | Q(trial_site__in=sites)


def _editable_ids(user) -> tuple[models.QuerySet, models.QuerySet]:
    """The ids of the sites and trials that the user can edit."""
    sites, trials = TrialSite.objects.editable_by(user), Trial.objects.editable_by(user)
    return sites.order_by().values("pk"), trials.order_by().values("pk")
