"""The coordinators of a user's trials: who may be chosen in filters, and whose trials and sites they are."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Assignment, AssignmentKind, User
from sites.models import TrialSite
from trials.models import Trial

COORDINATOR_KINDS = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)
#: The value of the filter for trials and sites without a coordinator.
NO_COORDINATOR = "none"


def coordinators_in_scope(user, *, on: date) -> QuerySet[User]:
    """The active coordinators of the trials that the user oversees, and of their sites, by user name."""
    trials = Trial.objects.overseen_by(user).order_by().values("pk")
    sites = TrialSite.objects.showing_coordinators_to(user).order_by().values("pk")
    in_scope = _in_force(on).filter(Q(trial__in=trials) | Q(trial_site__in=sites))
    return User.objects.filter(pk__in=in_scope.values("user")).order_by("username")


def coordinated_trial_q(coordinator: User | None, *, on: date) -> Q:
    """Filter trials by a coordinator of the trial or of one of its sites; None: trials without any coordinator."""
    assignments = _in_force(on) if coordinator is None else _in_force(on).filter(user=coordinator)
    of_trial = Exists(assignments.filter(trial=OuterRef("pk")))
    of_site = Exists(assignments.filter(trial_site__trial=OuterRef("pk")))
    return ~(Q(of_trial) | Q(of_site)) if coordinator is None else Q(of_trial) | Q(of_site)


def responsible_q(coordinator: User | None, *, on: date) -> Q:
    """Filter sites by who is responsible: the site's coordinators, or without any the trial's; None: nobody."""
    of_site = _in_force(on).filter(trial_site=OuterRef("pk"))
    of_trial = _in_force(on).filter(trial=OuterRef("trial"))
    if coordinator is None:
        return ~Q(Exists(of_site)) & ~Q(Exists(of_trial))
    through_trial = ~Q(Exists(of_site)) & Q(Exists(of_trial.filter(user=coordinator)))
    return Q(Exists(of_site.filter(user=coordinator))) | through_trial


def _in_force(on: date) -> QuerySet[Assignment]:
    """The assignments of active coordinators, as `sites.coordinators` reads them."""
    return Assignment.objects.in_force(on).filter(user__is_active=True, kind__in=COORDINATOR_KINDS).order_by()
