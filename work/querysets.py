"""Which findings and flags: their adjectives."""

from django.db import models
from django.db.models import ExpressionWrapper, Q

from sites.models import TrialSite
from trials.grants import reads_everything
from trials.models import Trial
from trials.rule import Level


class FindingQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def errors(self):
        return self.filter(level=Level.ERROR)

    def closed_since(self, moment):
        return self.filter(closed_at__gte=moment)

    def visible_to(self, user):
        """What a user may read: who reads everything all; others what is about trials and sites they may edit."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.all() if reads_everything(user) else self.filter(at_what_may_be_edited(user))

    def saying_mendable_by(self, user):
        """With `may_mend`, whether it is about a trial or site that the user may edit."""
        return self.annotate(may_mend=ExpressionWrapper(at_what_may_be_edited(user), models.BooleanField()))


class FlagQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def answerable_by(self, user):
        """The trial's flags by who may edit the trial, a site's by who may edit the site."""
        sites, trials = _may_be_edited(user)
        return self.filter(Q(trial_site=None, trial__in=trials) | Q(trial_site__in=sites))

    def visible_to(self, user):
        return self.all() if reads_everything(user) else self.answerable_by(user)


def at_what_may_be_edited(user) -> Q:
    """About a trial or a site that the user may edit."""
    sites, trials = _may_be_edited(user)
    return Q(trial__in=trials) | Q(trial_site__in=sites)


def _may_be_edited(user) -> tuple[models.QuerySet, models.QuerySet]:
    """The ids of sites and of trials."""
    sites, trials = TrialSite.objects.editable_by(user), Trial.objects.editable_by(user)
    return sites.order_by().values("pk"), trials.order_by().values("pk")
