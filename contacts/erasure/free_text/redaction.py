"""Blacking somebody out of the texts that only keep what people wrote, and of what the trails keep of all of them."""

from collections.abc import Collection
from contextlib import nullcontext

import pgtrigger

from contacts.erasure.free_text.registry import FreeTextField, registered_free_text
from history.redaction import matching_rows_q, redact_events, redacted_values, redaction_context


def redact_free_text(pattern: str, *, trials: Collection[int]) -> None:
    """Replace the hits of somebody of these trials everywhere.

    What is mended by hand keeps what it says now, and loses what it said before.
    """
    if not pattern:
        return
    with redaction_context(pattern):
        for texts in registered_free_text():
            if texts.is_redactable:
                _redact_rows(texts, pattern)
            redact_events(texts.model, texts.fields, pattern, within=texts.events_within_trials(trials))


def _redact_rows(texts: FreeTextField, pattern: str) -> None:
    rows = texts.model._base_manager.filter(matching_rows_q(texts.model, texts.fields, pattern))
    with pgtrigger.ignore(*texts.guards) if texts.guards else nullcontext():
        rows.update(**redacted_values(texts.model, texts.fields, pattern))
