"""Messages for violations of database constraints and triggers."""

from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

ALREADY_EXISTS = "This entry already exists."
REJECTED = "This change is not allowed."
_TRIGGER_SQLSTATES = {"23514", "42501", "P0001"}


def constraint_message(error: DatabaseError | ValidationError) -> str | None:
    """The message for the user; None when the error is a fault rather than a rejected value."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    diagnostics = getattr(error.__cause__, "diag", None)
    if diagnostics is None or not (isinstance(error, IntegrityError) or diagnostics.sqlstate in _TRIGGER_SQLSTATES):
        return None
    if diagnostics.constraint_name:
        return _messages().get(
            diagnostics.constraint_name, ALREADY_EXISTS if diagnostics.sqlstate == "23505" else REJECTED
        )
    return f"{diagnostics.message_primary}." if diagnostics.sqlstate in _TRIGGER_SQLSTATES else REJECTED


@cache
def _messages() -> dict[str, str]:
    constraints = (constraint for model in apps.get_models() for constraint in model._meta.constraints)
    return {constraint.name: str(constraint.get_violation_error_message()) for constraint in constraints}
