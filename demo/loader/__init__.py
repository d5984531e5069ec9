"""Loads the demo in one transaction."""

from datetime import date

from django.db import transaction

from demo.loader.logins import assign, make_logins, make_partner
from demo.loader.people import load_people
from demo.loader.progress import load_progress
from demo.loader.registry_conflict import load_registry_conflict
from demo.loader.statuses import load_statuses
from demo.loader.trials import load_sites, load_trials
from history import authored
from publishing.rebuild import publish

AUTHOR = "demo"


@transaction.atomic
def load(today: date) -> None:
    """Load the demo with dates relative to `today`; the same `today` gives the same rows."""
    with authored(AUTHOR, reason="Demo data"):
        users = make_logins()
        trials = load_trials(today)
        sites = load_sites(trials, today)
        load_statuses(sites, users)
        load_progress(sites, today)
        load_people(trials, sites, today)
        assign(users, trials, sites, today)
        make_partner()
        publish(trial.pk for trial in trials.values())
        load_registry_conflict(trials, sites)
