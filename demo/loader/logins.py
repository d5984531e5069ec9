"""Loads the demo's users with their assignments, and a partner with an API key."""

from collections.abc import Iterator
from datetime import date

from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from accounts.models import Assignment, AssignmentKind, Partner, User
from demo import content
from demo.loader.trials import DemoSite
from demo.notations import days_ago
from trials.models import Trial

ASSIGNED_DAYS_AGO = 420
INSPECTION_DAYS = 365
FORMER_FACILITY = "cardiff-bay"  # where the coordinator had an assignment before
_PERSONAL = ("username", "password", "email", "first_name", "last_name")


def make_logins() -> dict[str, User]:
    users = {}
    for login in content.logins():
        user = User.objects.create_user(
            **{key: login[key] for key in _PERSONAL}, is_staff=True, is_superuser=login.get("is_superuser", False)
        )
        users[user.username] = user
    return users


def assign(users: dict[str, User], trials: dict[str, Trial], sites: list[DemoSite], today: date) -> None:
    """Create the assignments of each login, and one that has ended."""
    granted = {"granted_by": users["administrator"].actor, "starts_on": days_ago(ASSIGNED_DAYS_AGO, today=today)}
    for login in content.logins():
        user = users[login["username"]]
        Assignment.objects.bulk_create(
            Assignment(user=user, kind=AssignmentKind.TRIAL_COORDINATOR, trial=trials[name], **granted)
            for name in login.get("trials", [])
        )
        Assignment.objects.bulk_create(_global_assignments(user, login, granted, today))
        Assignment.objects.bulk_create(_site_assignments(user, login.get("facilities", []), sites, granted))
    _add_former_assignment(users["coordinator"], sites, granted | {"ends_on": days_ago(60, today=today)})


def _global_assignments(user: User, login: dict, granted: dict, today: date) -> Iterator[Assignment]:
    """Assignments to all trials; an inspector's started a week ago and has an end."""
    for kind in login.get("kinds", []):
        visit = {"starts_on": days_ago(7, today=today), "ends_on": days_ago(-INSPECTION_DAYS, today=today)}
        yield Assignment(user=user, kind=kind, **granted | (visit if kind == AssignmentKind.INSPECTOR else {}))


def _site_assignments(user: User, facilities: list[str], sites: list[DemoSite], granted: dict) -> Iterator[Assignment]:
    for site in sites:
        if site.facility in facilities:
            yield Assignment(user=user, kind=AssignmentKind.SITE_COORDINATOR, trial_site=site.row, **granted)


def _add_former_assignment(user: User, sites: list[DemoSite], granted: dict) -> None:
    site = next(site for site in sites if site.facility == FORMER_FACILITY)
    Assignment.objects.create(user=user, kind=AssignmentKind.SITE_COORDINATOR, trial_site=site.row, **granted)


def make_partner() -> None:
    """The key is always the same, so that the guide can quote it. Only its digest is stored, as knox does."""
    partner = content.partner()
    user = User.objects.create_user(username=partner["username"], password=None)
    Partner.objects.create(name=partner["name"], user=user)
    key = partner["key"]
    AuthToken(digest=hash_token(key), token_key=key[: CONSTANTS.TOKEN_KEY_LENGTH], user=user).save(force_insert=True)
