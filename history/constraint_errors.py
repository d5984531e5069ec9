"""The database's refusals in the words of its constraints, for whoever can act on them."""

from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

ALREADY_EXISTS = "This is already there."
REJECTED = "The database refuses this change."
_TRIGGER_SQLSTATES = {"23514", "42501", "P0001"}


def constraint_message(error: DatabaseError | ValidationError) -> str | None:
    """What to tell the person; None when the error is no refusal of what they wrote, but a fault."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    said = getattr(error.__cause__, "diag", None)
    if said is None or not (isinstance(error, IntegrityError) or said.sqlstate in _TRIGGER_SQLSTATES):
        return None
    if said.constraint_name:
        return _messages().get(said.constraint_name, ALREADY_EXISTS if said.sqlstate == "23505" else REJECTED)
    return f"{said.message_primary}." if said.sqlstate in _TRIGGER_SQLSTATES else REJECTED


@cache
def _messages() -> dict[str, str]:
    constraints = (constraint for model in apps.get_models() for constraint in model._meta.constraints)
    return {constraint.name: str(constraint.get_violation_error_message()) for constraint in constraints}
