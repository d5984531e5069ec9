"""Making managers: a group, so that a second kind of right needs no column."""

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import MANAGERS, User


@transaction.atomic
def set_manager(user: User, *, is_manager: bool) -> None:
    """Make the user a manager, or no longer one."""
    managers, _ = Group.objects.get_or_create(name=MANAGERS)
    if is_manager:
        user.groups.add(managers)
    else:
        user.groups.remove(managers)
    user.__dict__.pop("is_manager", None)
