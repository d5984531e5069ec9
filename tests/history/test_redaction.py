"""Redaction of trails, and that no other change of a trail is possible."""

import pytest
from django.db import ProgrammingError, transaction

from history import authored
from history.models import Context
from history.redaction import matching_rows_q, redact_events, redacted_values, redaction_context
from tests.history.ledger.models import Bed
from tests.history.rebuild import rebuild

PATTERN = r"(?<!\w)anna\s+smith(?!\w)"


@pytest.fixture
def redacted_bed(bed):
    """Its note named Anna Smith once, and does not any more."""
    with authored("user:7", reason="Said by\nAnna Smith"):
        Bed.objects.update(note="Of ANNA  Smith, not of Joanna Smith")
        Bed.objects.update(note="Nobody's")
    return bed


def notes(bed) -> list[str]:
    return list(bed.trail.order_by("pgh_id").values_list("note", flat=True))


def redact():
    with redaction_context(PATTERN):
        return redact_events(Bed, ["note"], PATTERN)


def test_superseded_values_are_redacted_and_the_trail_still_reproduces_the_row(redacted_bed):
    assert redact() == 1
    assert notes(redacted_bed) == ["new", "Of [erased], not of Joanna Smith", "Nobody's"]
    assert rebuild(Bed)[redacted_bed.pk]["note"] == "Nobody's"


def test_current_values_are_not_redacted_in_the_trail(bed):
    with authored("user:7"):
        Bed.objects.update(note="Anna Smith")
        Bed.objects.update(note="Anna Smith again")
    assert redact() == 0
    assert notes(bed) == ["new", "Anna Smith", "Anna Smith again"]


def test_deleted_rows_are_redacted(redacted_bed):
    with authored("user:7"):
        Bed.objects.update(note="Anna Smith")
        Bed.objects.all().delete()
    redact()
    assert not type(redacted_bed).trail_model.objects.filter(note__contains="Anna Smith").exists()
    assert rebuild(Bed) == {}


def test_reasons_are_redacted_across_line_breaks(redacted_bed):
    with redaction_context(PATTERN):
        named = Context.objects.filter(matching_rows_q(Context, ["metadata"], PATTERN))
        named.update(**redacted_values(Context, ["metadata"], PATTERN))
    assert [context.reason for context in Context.objects.filter(metadata__actor="user:7")] == ["Said by\n[erased]"]


@pytest.mark.parametrize("note", ["Of somebody", "Of [erased], not of Joanna Smith at all", "", "Of [erased]"])
def test_nothing_else_can_be_written_into_a_trail(redacted_bed, note):
    rows = redacted_bed.trail.filter(note__contains="Joanna")
    with redaction_context(PATTERN), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        rows.update(note=note)


def test_nothing_can_be_removed_meanwhile(redacted_bed):
    with redaction_context(PATTERN), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        redacted_bed.trail.all().delete()


def test_afterwards_the_trail_is_append_only_again(redacted_bed):
    redact()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        redacted_bed.trail.update(**redacted_values(redacted_bed.trail.model, ["note"], "said"))
