"""Loads the demo in one transaction, and checks what the database has already."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from demo import content
from demo.loader.milestones_and_enrollment import load_progress
from demo.loader.people import assign, load_people, make_logins, make_partner
from demo.loader.trials import load_registry_conflict, load_sites, load_statuses, load_trials
from history import authored
from publishing.rebuild import publish
from trials.models import Trial

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


def is_loaded() -> bool:
    """Whether any trial of the demo exists, edited or not."""
    return Trial.objects.filter(_demo_trials_q()).exists()


def find_obstacle(*, force: bool) -> str:
    """Why the demo must not be loaded into this database; "" if it may. `force` allows other trials and logins."""
    reason = "" if force else _other_data()
    if reason:
        return f"{reason} The demo has public passwords. Use --force to load it into this database."
    names = [login["username"] for login in content.logins()] + [content.partner()["username"]]
    username = User.objects.filter(username__in=names).values_list("username", flat=True).first()
    return f"Another user is called {username}. The demo needs this username." if username else ""


def _other_data() -> str:
    if Trial.objects.exclude(_demo_trials_q()).exists():
        return "The database has other trials."
    return "The database has other logins." if User.objects.exists() else ""


def _demo_trials_q() -> Q:
    numbers = [trial["nct_id"] for trial in content.trials().values() if "nct_id" in trial]
    study_ids = [trial["org_study_id"] for trial in content.trials().values() if "nct_id" not in trial]
    return Q(nct_id__in=numbers) | Q(nct_id="", org_study_id__in=study_ids)
