"""Blacking out: the trail takes what stands out of it, and nothing else."""

import pytest
from django.db import ProgrammingError, transaction

from history import authored
from history.models import Context
from history.redaction import black_out_trails, blacked_out, blacking_out, naming
from history.trail import rebuild
from tests.history.ledger.models import Bed

PATTERN = r"(?<!\w)anna\s+smith(?!\w)"


@pytest.fixture
def told(bed):
    """Its note named Anna Smith once, and does not any more."""
    with authored("user:7", reason="Said by\nAnna Smith"):
        Bed.objects.update(note="Of ANNA  Smith, not of Joanna Smith")
        Bed.objects.update(note="Nobody's")
    return bed


def notes(bed) -> list[str]:
    return list(bed.trail.order_by("pgh_id").values_list("note", flat=True))


def black_out():
    with blacking_out(PATTERN):
        return black_out_trails(Bed, ["note"], PATTERN)


def test_what_a_row_said_before_is_blacked_out_and_the_trail_tells_it_still(told):
    assert black_out() == 1
    assert notes(told) == ["new", "Of [erased], not of Joanna Smith", "Nobody's"]
    assert rebuild(Bed)[told.pk]["note"] == "Nobody's"


def test_what_a_row_still_says_stays_in_its_trail(bed):
    with authored("user:7"):
        Bed.objects.update(note="Anna Smith")
        Bed.objects.update(note="Anna Smith again")
    assert black_out() == 0
    assert notes(bed) == ["new", "Anna Smith", "Anna Smith again"]


def test_what_was_deleted_is_blacked_out(told):
    with authored("user:7"):
        Bed.objects.update(note="Anna Smith")
        Bed.objects.all().delete()
    black_out()
    assert not type(told).trail_model.objects.filter(note__contains="Anna Smith").exists()
    assert rebuild(Bed) == {}


def test_reasons_are_blacked_out_across_the_end_of_a_line(told):
    with blacking_out(PATTERN):
        named = Context.objects.filter(naming(Context, ["metadata"], PATTERN))
        named.update(**blacked_out(Context, ["metadata"], PATTERN))
    assert [context.reason for context in Context.objects.filter(metadata__actor="user:7")] == ["Said by\n[erased]"]


@pytest.mark.parametrize("note", ["Of somebody", "Of [erased], not of Joanna Smith at all", "", "Of [erased]"])
def test_nothing_else_can_be_written_into_a_trail(told, note):
    rows = told.trail.filter(note__contains="Joanna")
    with blacking_out(PATTERN), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        rows.update(note=note)


def test_nothing_can_be_removed_meanwhile(told):
    with blacking_out(PATTERN), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        told.trail.all().delete()


def test_afterwards_the_trail_is_append_only_again(told):
    black_out()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        told.trail.update(**blacked_out(told.trail.model, ["note"], "said"))
