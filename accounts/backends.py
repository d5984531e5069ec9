"""Authentication backends that load a session's user with the kinds of its assignments in one query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import Assignment, User
from common import dates


class PrefetchAssignmentsMixin:
    """Fills `User.kinds_in_force`, which saves one query on each page."""

    def get_user(self, user_id):
        assignments = Assignment.objects.in_force(dates.today()).filter(user=OuterRef("pk")).order_by()
        users = User.objects.annotate(assignment_kinds=ArraySubquery(assignments.values("kind")))
        user = users.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.__dict__["kinds_in_force"] = frozenset(user.assignment_kinds)
        return user


class NameBackend(PrefetchAssignmentsMixin, ModelBackend):
    """Username and password."""


class NameOrMailBackend(PrefetchAssignmentsMixin, AuthenticationBackend):
    """Username or e-mail address, and password, as on the sign-in page."""
