"""Creates trials, sites and their coordinators, as of the day before the year."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from accounts.models import Assignment, AssignmentKind, User
from benchmarks.year.assumptions import Assumptions
from benchmarks.year.ground_truth import Step, true_steps
from history.authorship import authored
from sites.choices import SiteStatus
from sites.models import Facility, TrialSite
from sites.services import change_status
from trials.models import Trial

AUTHOR = "simulation"


@dataclass(slots=True)
class World:
    """`steps`: actual changes by site id; `silent`: ids of users who never answer."""

    steps: dict[int, list[Step]] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    owners: dict[int, User] = field(default_factory=dict)


def make_world(chance: Random, plan: Assumptions, first: date) -> World:
    world = World()
    with authored(AUTHOR):
        trials = [_trial(number) for number in range(-(-plan.sites // plan.sites_a_trial))]
        sites = [_site(trials[number // plan.sites_a_trial], number) for number in range(plan.sites)]
        _coordinators(world, chance, plan, sites, "trial_site", plan.sites_a_coordinator, first)
        _coordinators(world, chance, plan, trials, "trial", plan.trials_a_coordinator, first)
    for site in sites:
        _open(site, chance, first)
        last = first + timedelta(days=plan.days)
        world.steps[site.pk] = true_steps(chance, first=first, last=last, lasts=plan.status_lasts)
    return world


def _trial(number: int) -> Trial:
    return Trial.objects.create(
        nct_id=f"NCT{number:08}", brief_title=f"Trial {number}", overall_status=SiteStatus.RECRUITING
    )


def _site(trial: Trial, number: int) -> TrialSite:
    facility = Facility.objects.create(name=f"Hospital {number}", city="Lyon", country="France")
    return TrialSite.objects.create(trial=trial, facility=facility, position=number)


def _coordinators(world: World, chance: Random, plan: Assumptions, places: list, name: str, each: int, first: date):
    """One coordinator for every `each` places."""
    kind = AssignmentKind.TRIAL_COORDINATOR if name == "trial" else AssignmentKind.SITE_COORDINATOR
    for start in range(0, len(places), each):
        user = User.objects.create(username=f"{name}-{start}", email=f"{name}-{start}@example.org")
        if chance.random() < plan.never_answer:
            world.silent.add(user.pk)
        for place in places[start : start + each]:
            since = first - timedelta(days=60)
            Assignment.objects.create(user=user, kind=kind, starts_on=since, granted_by=AUTHOR, **{name: place})


def _open(site: TrialSite, chance: Random, first: date) -> None:
    """Set the site to recruiting, last confirmed on a random day of the month before."""
    day = first - timedelta(days=1 + chance.randrange(30))
    since = day - timedelta(days=5)
    change_status(
        site, to=SiteStatus.RECRUITING, effective_on=since, author=AUTHOR, as_of=day,
        interim=[(SiteStatus.NOT_YET_RECRUITING, (since - timedelta(days=5)))], accept_warnings=True,
    )  # fmt: skip
