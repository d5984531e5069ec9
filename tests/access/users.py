"""The users of the access tests: one for each role, and two without a role."""

from datetime import timedelta
from time import time

from django.utils import timezone
from knox.models import AuthToken

from common.permissions import HISTORY, Action, UserRole
from history.authorship import authored
from sites.permissions import FACILITY
from tests.access.fixtures import Sentinel, World
from tests.access.requests import PlainClient
from tests.factories import a_partner, a_user, assign, grant

GLOBAL = frozenset({UserRole.MANAGER, UserRole.INSPECTOR, UserRole.ADMINISTRATOR})
PRIVATE_OBJECTS = ("session", "passkey", "bulk", "reminder", "factor")
TRIAL_OBJECTS = ("trial", "conflict", "trial_flag", "trial_report")
STRANGER, FORMER_COORDINATOR = "somebody signed in without a role", "a site coordinator whose last day was yesterday"
USERS = (*UserRole, STRANGER, FORMER_COORDINATOR)


def role_of(who: str) -> UserRole:
    """The role of a user."""
    return who if isinstance(who, UserRole) else UserRole.PUBLIC


def client_for(who: str, world: World) -> PlainClient:
    """A client in which the user is signed in, or that sends the partner's key."""
    if who == UserRole.PUBLIC:
        return PlainClient()
    if who == UserRole.PARTNER:
        with authored("test"):
            key = AuthToken.objects.create(a_partner("asking").user)[1]
        return PlainClient(headers={"authorization": f"Bearer {key}"})
    client = PlainClient()
    client.force_login(_user(who, world))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time()}]
    session.save()
    return client


def _user(who: str, world: World):
    if who == UserRole.SITE_COORDINATOR:
        return world.realms["own"].user
    user = a_user(f"asking-{who[:8]}", is_superuser=who == UserRole.ADMINISTRATOR, first_name="Asks")
    own = world.realms["own"]
    if who in (UserRole.MANAGER, UserRole.INSPECTOR):
        grant(user, who)
    elif who == UserRole.TRIAL_COORDINATOR:
        assign(user, trial=own.trial)
    elif who == FORMER_COORDINATOR:
        assign(user, site=own.site, ends_on=timezone.localdate() - timedelta(days=1))
    return user


def may_read(who: str, canary: Sentinel) -> bool:
    """By the matrix; trial coordinators also find every facility, to choose from, and users read their own account."""
    if who == UserRole.SITE_COORDINATOR and (canary.about, canary.realm) == ("user", "own"):
        return True
    if canary.permission_table is FACILITY and role_of(who) == UserRole.TRIAL_COORDINATOR and canary.field != HISTORY:
        return True
    return canary.permission_table.allows(Action.READ, canary.field, roles_over(who, canary.realm, canary.about))


def roles_over(who: str, realm: str, about: str) -> frozenset[UserRole]:
    """The user's roles for an object of a realm, from the design and independent of the code."""
    role = role_of(who)
    over = {role} & GLOBAL
    if about in PRIVATE_OBJECTS:
        return frozenset({role} if role == UserRole.SITE_COORDINATOR and realm == "own" else ())
    if about in ("user", "grant", "partner", "run"):
        return frozenset(over)
    if realm == "sibling" and about in TRIAL_OBJECTS:
        realm = "own"
    if realm != "hidden":
        over |= {UserRole.PUBLIC}
    if role == UserRole.SITE_COORDINATOR and realm == "own" and about != "central":
        over |= {role}
    if role == UserRole.TRIAL_COORDINATOR and realm in ("own", "sibling"):
        over |= {role}
    return frozenset(over)
