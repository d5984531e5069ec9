"""Whether demo data is here, or something that it must not be mixed with."""

from django.db.models import Q

from accounts.models import User
from demo import content
from trials.models import Trial


def is_loaded() -> bool:
    """Whether any trial of the demo is here, whatever people did to it since."""
    return Trial.objects.filter(_demo_trials_q()).exists()


def find_obstacle() -> str:
    """Why a database is not empty enough for logins whose passwords everybody knows; blank when it is."""
    if Trial.objects.exclude(_demo_trials_q()).exists():
        return "There are other trials here."
    if User.objects.exists():
        return "There are other logins here."
    return ""


def _demo_trials_q() -> Q:
    numbers = [told["nct_id"] for told in content.trials().values() if "nct_id" in told]
    study_ids = [told["org_study_id"] for told in content.trials().values() if "nct_id" not in told]
    return Q(nct_id__in=numbers) | Q(nct_id="", org_study_id__in=study_ids)


def find_taken_username() -> str:
    """A login of the demo that somebody else has; blank when there is none."""
    names = [login["username"] for login in content.logins()] + [content.partner()["username"]]
    return User.objects.filter(username__in=names).values_list("username", flat=True).first() or ""
