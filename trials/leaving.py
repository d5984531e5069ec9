"""A save that would put a row out of the saver's own reach is undone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet

LEFT = (
    "With this change it would no longer be yours, and you could not take the change back. "
    "Nothing was saved: ask whoever looks after the trial, or an administrator."
)


class LeftScopeError(ValidationError):
    """Raised, and everything undone, when a saved row is no longer in the scope it was changed from."""

    def __init__(self):
        super().__init__(LEFT, code="left-scope")


def demand_stay(scope: QuerySet, row: Model) -> None:
    """LeftScopeError unless the row, read again, is in the scope."""
    if not scope.filter(pk=row.pk).exists():
        raise LeftScopeError


@contextmanager
def staying_in(scope: QuerySet, row: Model) -> Iterator[None]:
    """What happens within is undone as a whole when it took the row out of the scope: LeftScopeError.

    `with staying_in(TrialSite.objects.editable_by(user), site): …`
    """
    with transaction.atomic():
        yield
        demand_stay(scope, row)
