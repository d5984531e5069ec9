"""Blacking somebody out of the texts that only keep what people wrote, and of what the trails keep of all of them."""

from collections.abc import Collection
from contextlib import nullcontext

import pgtrigger

from contacts.erasure.free_text.registry import Texts, known_texts
from history.redaction import black_out_trails, blacked_out, blacking_out, naming


def black_out(pattern: str, *, trials: Collection[int]) -> None:
    """Replace the hits of somebody of these trials everywhere.

    What is mended by hand keeps what it says now, and loses what it said before.
    """
    if not pattern:
        return
    with blacking_out(pattern):
        for texts in known_texts():
            if texts.is_blacked_out:
                _black_out_rows(texts, pattern)
            black_out_trails(texts.model, texts.fields, pattern, within=texts.near_in_trail(trials))


def _black_out_rows(texts: Texts, pattern: str) -> None:
    rows = texts.model._base_manager.filter(naming(texts.model, texts.fields, pattern))
    with pgtrigger.ignore(*texts.guards) if texts.guards else nullcontext():
        rows.update(**blacked_out(texts.model, texts.fields, pattern))
