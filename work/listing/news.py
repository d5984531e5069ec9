"""What came in from outside: differences that the registry brought, and new assignments."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Assignment, AssignmentKind
from work.items import Item, Kind
from work.scope import TOLD_OF_A_TRIAL, sites_of, trials_of

RECENT = timedelta(days=7)
PLACED = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)


def conflicts_of(user, *, today: date) -> Iterator[Item]:
    """One row for each trial with something to decide."""
    undecided = Count("registry_conflicts", filter=Q(registry_conflicts__decision=""))
    trials = trials_of(user).only(*TOLD_OF_A_TRIAL).annotate(undecided=undecided).filter(undecided__gt=0)
    for trial in trials.order_by("pk"):
        number = trial.undecided
        what = f"The registry differs in {number} place{'' if number == 1 else 's'}"
        rule = "What people entered stays until somebody decides."
        url = reverse("registry_of_trial", args=[trial.key])
        yield Item(Kind.CONFLICT, trial, what, rule, url=url, act="Decide")


def new_assignments_of(user, *, today: date) -> Iterator[Item]:
    """What was given to the user within a week."""
    recent = Assignment.objects.in_force(today).filter(user=user, starts_on__gte=today - RECENT, kind__in=PLACED)
    given = list(recent.select_related("trial").order_by("pk"))
    sites = sites_of(user).in_bulk([row.trial_site_id for row in given if row.trial_site_id]) if given else {}
    for row in given:
        site = sites.get(row.trial_site_id)
        trial = site.trial if site else row.trial
        what, rule = "New to you", f"{row.get_kind_display()} since {row.starts_on:%-d %B %Y}."
        url = "" if site else f"{trial.get_absolute_url()}sites/"
        yield Item(Kind.NEW, trial, what, rule, site=site, url=url, act="" if site else "See its sites")
