"""The responsible coordinators of sites, and the dates of their last reminders.

Both are read through reverse relations: assignments and reminders belong to `accounts` and `work`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from sites.models import TrialSite

#: The state of a reminder that the mail server accepted.
SENT = "SENT"


@dataclass(frozen=True, slots=True)
class Coordinators:
    """Active users with an assignment in force, ordered by user name."""

    of_site: Sequence = ()
    of_trial: Sequence = ()

    @property
    def responsible(self) -> Sequence:
        """The site coordinators, or the trial coordinators where a site has none."""
        return self.of_site or self.of_trial

    def capacity_of(self, user) -> str:
        """The label of the role in which the user acts at the site; administrators need no assignment."""
        if user in self.of_site:
            return "Site coordinator"
        return "Trial coordinator" if user in self.of_trial else "Administrator"


def coordinators_of(sites: Collection[TrialSite], *, on: date) -> dict[int, Coordinators]:
    """The coordinators in force on a day, by site id; two queries for any number of sites."""
    in_force = TrialSite._meta.get_field("assignments").related_model.objects.in_force(on)
    assignments = in_force.filter(user__is_active=True).select_related("user").order_by("user__username", "pk")
    of_site = _users_by(assignments.filter(trial_site__in=[site.pk for site in sites]), "trial_site_id")
    of_trial = _users_by(assignments.filter(trial__in={site.trial_id for site in sites}), "trial_id")
    return {site.pk: Coordinators(of_site[site.pk], of_trial[site.trial_id]) for site in sites}


def last_reminders(sites: Collection[TrialSite]) -> dict[int, date]:
    """The date of the last reminder sent about each site, by site id; one query."""
    in_digests = Max("reminders__reminder__for_day", filter=Q(reminders__reminder__state=SENT))
    requested = Max("requested_reminders__for_day", filter=Q(requested_reminders__state=SENT))
    reminded = TrialSite.objects.filter(pk__in=[site.pk for site in sites]).order_by()
    days = reminded.annotate(in_digests=in_digests, requested=requested).values_list("pk", "in_digests", "requested")
    return {pk: max(filter(None, dates)) for pk, *dates in days if any(dates)}


def _users_by(assignments, column: str) -> defaultdict[int, list]:
    """The distinct users of the assignments, by the value of a column."""
    users = defaultdict(dict)
    for assignment in assignments:
        users[getattr(assignment, column)][assignment.user_id] = assignment.user
    return defaultdict(list, {key: list(by_id.values()) for key, by_id in users.items()})
