"""Checks whether the demo is loaded, and whether the database has other data."""

from django.db.models import Q

from accounts.models import User
from demo import content
from trials.models import Trial


def is_loaded() -> bool:
    """Whether any trial of the demo exists, edited or not."""
    return Trial.objects.filter(_demo_trials_q()).exists()


def find_obstacle() -> str:
    """Why the demo's logins, whose passwords are public, must not be added to this database; "" if they may."""
    if Trial.objects.exclude(_demo_trials_q()).exists():
        return "The database has other trials."
    if User.objects.exists():
        return "The database has other logins."
    return ""


def _demo_trials_q() -> Q:
    numbers = [trial["nct_id"] for trial in content.trials().values() if "nct_id" in trial]
    study_ids = [trial["org_study_id"] for trial in content.trials().values() if "nct_id" not in trial]
    return Q(nct_id__in=numbers) | Q(nct_id="", org_study_id__in=study_ids)


def find_existing_username() -> str:
    """A username of the demo that another user has; "" when there is none."""
    names = [login["username"] for login in content.logins()] + [content.partner()["username"]]
    return User.objects.filter(username__in=names).values_list("username", flat=True).first() or ""
