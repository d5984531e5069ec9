"""Who is responsible for sites, their own coordinators or their trials', and when they were last reminded.

Both are reached by reverse relations: assignments and reminders belong to apps further right.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from sites.models import TrialSite

#: The state of a reminder that the mail server took.
SENT = "SENT"


@dataclass(frozen=True, slots=True)
class Coordinators:
    """Active users with an assignment in force, in the order of their names."""

    of_site: Sequence = ()
    of_trial: Sequence = ()

    @property
    def responsible(self) -> Sequence:
        """The site's own coordinators; without any, the trial's."""
        return self.of_site or self.of_trial

    def capacity_of(self, user) -> str:
        """In which role the user acts at the site; administrators need no assignment."""
        if user in self.of_site:
            return "Site coordinator"
        return "Trial coordinator" if user in self.of_trial else "Administrator"


def coordinators_of(sites: Collection[TrialSite], *, on: date) -> dict[int, Coordinators]:
    """The coordinators on a day by the site's id; two queries for any number of sites."""
    in_force = TrialSite._meta.get_field("assignments").related_model.objects.in_force(on)
    held = in_force.filter(user__is_active=True).select_related("user").order_by("user__username", "pk")
    of_site = _users_by(held.filter(trial_site__in=[site.pk for site in sites]), "trial_site_id")
    of_trial = _users_by(held.filter(trial__in={site.trial_id for site in sites}), "trial_id")
    return {site.pk: Coordinators(of_site[site.pk], of_trial[site.trial_id]) for site in sites}


def last_reminders(sites: Collection[TrialSite]) -> dict[int, date]:
    """The day of the last reminder about each site that was sent, by the site's id; one query."""
    in_digests = Max("reminders__reminder__for_day", filter=Q(reminders__reminder__state=SENT))
    requested = Max("requested_reminders__for_day", filter=Q(requested_reminders__state=SENT))
    found = TrialSite.objects.filter(pk__in=[site.pk for site in sites]).order_by()
    days = found.annotate(in_digests=in_digests, requested=requested).values_list("pk", "in_digests", "requested")
    return {pk: max(filter(None, known)) for pk, *known in days if any(known)}


def _users_by(assignments, column: str) -> defaultdict[int, list]:
    """Each user once for each place."""
    users = defaultdict(dict)
    for assignment in assignments:
        users[getattr(assignment, column)][assignment.user_id] = assignment.user
    return defaultdict(list, {place: list(by_id.values()) for place, by_id in users.items()})
