"""What somebody was granted, as querysets ask it: by the reverse relation `assignments` of trials and sites."""

from django.db.models import Q

from common import dates


def in_force(user, path: str = "assignments") -> Q:
    """The user's assignments at the end of `path` that hold today. An inactive user has none."""
    today = dates.today()
    held = {"user": user, "user__is_active": True, "starts_on__lte": today}
    begun = Q(**{f"{path}__{name}": value for name, value in held.items()})
    return begun & (Q(**{f"{path}__ends_on__isnull": True}) | Q(**{f"{path}__ends_on__gte": today}))


def reads_everything(user) -> bool:
    """Whether nothing is hidden from somebody: administrators, managers, inspectors. Nobody is signed in: False."""
    return getattr(user, "reads_everything", False)


def is_administrator(user) -> bool:
    return getattr(user, "is_administrator", False)


def is_granted_anything(user) -> bool:
    """Whether somebody has a role of their own beyond what everybody may read."""
    return getattr(user, "is_granted_anything", False)
