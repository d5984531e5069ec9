"""Which conflicts: whose they are to decide and to read."""

from django.db import models
from django.db.models import Q

from registries.codes import DECIDED_AT_THE_SITE
from sites.models import TrialSite
from trials.models import Trial


class ConflictQuerySet(models.QuerySet):
    def open(self):
        return self.filter(decision="")

    def decidable_by(self, user):
        """Trial coordinators decide everything of their trials; site coordinators what is theirs at their sites."""
        own_sites = TrialSite.objects.editable_by(user).order_by().values("pk")
        at_the_site = Q(thing__in=DECIDED_AT_THE_SITE, trial_site__in=own_sites)
        return self.filter(Q(trial__in=Trial.objects.editable_by(user).order_by().values("pk")) | at_the_site)

    def visible_to(self, user):
        """Those that a user may decide; managers and inspectors read all."""
        return self.all() if reads_everything(user) else self.decidable_by(user)


def reads_everything(user) -> bool:
    return user.is_authenticated and user.reads_everything


def trials_compared_for(user) -> models.QuerySet:
    """The trials whose record and rows a user may see side by side."""
    if reads_everything(user):
        return Trial.objects.all()
    own_sites = TrialSite.objects.editable_by(user).order_by().values("trial")
    mine = Q(pk__in=Trial.objects.editable_by(user).order_by().values("pk")) | Q(pk__in=own_sites)
    return Trial.objects.filter(mine)
