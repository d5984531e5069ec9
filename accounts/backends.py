"""How a session finds its user again: with what they were granted, in the same query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import Assignment, User
from common import dates


class PrefetchAssignmentsMixin:
    """Fills `User.kinds_in_force`, so that no page asks for it."""

    def get_user(self, user_id):
        held = Assignment.objects.in_force(dates.today()).filter(user=OuterRef("pk")).order_by()
        user = User.objects.annotate(kinds_held=ArraySubquery(held.values("kind"))).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.__dict__["kinds_in_force"] = frozenset(user.kinds_held)
        return user


class NameBackend(PrefetchAssignmentsMixin, ModelBackend):
    """A user name and a password."""


class NameOrMailBackend(PrefetchAssignmentsMixin, AuthenticationBackend):
    """What the sign-in page asks for."""
