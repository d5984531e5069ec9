"""The rows in a user's scope: the filter by active assignments, and the check that a saved row stays in scope.

Assignments are queried by the reverse relation `assignments` of trials and sites.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from common import dates


def in_force_q(day: date, path: str = "") -> Q:
    """Filter by an assignment in force on a day, at `path` ("assignments__") or of the rows themselves ("").

    `ends_on` is its last day.
    """
    has_started = Q(**{f"{path}starts_on__lte": day})
    return has_started & (Q(**{f"{path}ends_on__isnull": True}) | Q(**{f"{path}ends_on__gte": day}))


def active_assignment_q(user, path: str = "assignments__") -> Q:
    """Filter by an assignment of the user at `path` that is in force today. An inactive user has none."""
    of_user = Q(**{f"{path}user": user, f"{path}user__is_active": True})
    return of_user & in_force_q(dates.today(), path)


OUT_OF_SCOPE_MESSAGE = (
    "This change would remove your own access, so it was not saved. "
    "Ask a coordinator of the trial or an administrator to make it."
)


class OutOfScopeError(ValidationError):
    """A saved row is no longer in the user's scope; the transaction is rolled back."""

    def __init__(self):
        super().__init__(OUT_OF_SCOPE_MESSAGE, code="out-of-scope")


def ensure_still_in_scope(scope: QuerySet, row: Model) -> None:
    """OutOfScopeError unless the row, read again, is in the scope."""
    if not scope.filter(pk=row.pk).exists():
        raise OutOfScopeError


@contextmanager
def still_in_scope(scope: QuerySet, row: Model) -> Iterator[None]:
    """Roll the block back with OutOfScopeError when it moved the row out of the scope.

    `with still_in_scope(TrialSite.objects.editable_by(user), site): …`
    """
    with transaction.atomic():
        yield
        ensure_still_in_scope(scope, row)
