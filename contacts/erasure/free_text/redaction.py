"""Redaction of a person's mentions in free text and in the history of all free text."""

from collections.abc import Collection
from contextlib import nullcontext

import pgtrigger

from contacts.erasure.free_text.registry import FreeTextField, registered_free_text
from history.redaction import matching_rows_q, redact_events, redacted_values, redaction_context


def redact_free_text(pattern: str, *, trials: Collection[int]) -> None:
    """Replace all matches of the pattern, in records of these trials only.

    Texts that are edited by hand keep their present value; their former values are redacted.
    """
    if not pattern:
        return
    with redaction_context(pattern):
        for field in registered_free_text():
            if field.is_redactable:
                _redact_rows(field, pattern)
            redact_events(field.model, field.fields, pattern, within=field.events_within_trials(trials))


def _redact_rows(field: FreeTextField, pattern: str) -> None:
    rows = field.model._base_manager.filter(matching_rows_q(field.model, field.fields, pattern))
    with pgtrigger.ignore(*field.guards) if field.guards else nullcontext():
        rows.update(**redacted_values(field.model, field.fields, pattern))
