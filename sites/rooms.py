"""A trial's inner rooms (enrollment, activation): who may come in, and which of its sites they find there."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from sites.models import TrialSite
from trials.models import Trial

SITES_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Room:
    """A trial, the sites whose numbers the user may read, and whether the user decides for the whole trial."""

    trial: Trial
    sites: QuerySet[TrialSite]
    editable: QuerySet[TrialSite]
    decides: bool

    def site(self, pk: int) -> TrialSite:
        """One of the sites; Http404 for any other."""
        found = self.sites.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


def room_of(user, key: str) -> Room:
    """Http404 where the user may read the numbers of no site: like a trial that does not exist."""
    trial = Trial.objects.visible_to(user).with_key(key)
    if trial is None:
        raise Http404
    of_trial = TrialSite.objects.filter(trial=trial).select_related("facility")
    sites, decides = of_trial.showing_counts_to(user), Trial.objects.editable_by(user).filter(pk=trial.pk).exists()
    if not decides and not sites.exists():
        raise Http404
    return Room(trial, sites, of_trial.editable_by(user), decides)


def by_name(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    return sites.order_by(Lower("facility__name"), "facility__city", "twin", "pk")
