"""The history of one row as shown to users."""

import pytest

from history import authored
from history.tracking import without_insert_events
from history.trail import Change, trail_of
from tests.factories import a_trial
from tests.history.ledger.models import Bed, Ward


def test_the_newest_entry_comes_first_with_author_reason_and_values(bed):
    with authored("user:7", reason="Broken wheel"):
        Bed.objects.update(status="CLOSED", note="")
    changed, added = trail_of(bed)
    assert (changed.actor, changed.reason, changed.action) == ("user:7", "Broken wheel", "update")
    assert changed.changes == [Change("status", "Open", "Closed"), Change("remark", "new", None)]
    assert (added.actor, added.action) == ("demo", "insert")
    assert Change("status", None, "Open") in added.changes


def test_a_bulk_inserted_row_has_an_old_value_at_its_first_change(ledger, db):
    with authored("import:ctgov"), without_insert_events():
        ward = Ward.objects.create(name="Ward 2")
    assert trail_of(ward) == []
    with authored("user:7"):
        Ward.objects.update(name="Ward 3")
    (entry,) = trail_of(ward)
    assert entry.changes == [Change("name of the ward", "Ward 2", "Ward 3")]


@pytest.mark.parametrize("changes", [5, 40])
def test_the_history_comes_in_pages_of_one_query_each(bed, changes, django_assert_num_queries):
    with authored("user:7"):
        for number in range(changes):
            Bed.objects.update(note=f"note {number}")
    with django_assert_num_queries(1):
        page = trail_of(bed, limit=3)
    assert [entry.changes[0].new for entry in page] == [f"note {changes - n}" for n in (1, 2, 3)]
    following = trail_of(bed, before=page[-1].id, limit=3)
    assert following[0].changes == [Change("remark", f"note {changes - 5}", f"note {changes - 4}")]


def test_the_deletion_of_a_row_is_shown(bed):
    with authored("user:7", reason="Scrapped"):
        Bed.objects.all().delete()
    ended = trail_of(bed)[0]
    assert (ended.action, ended.reason, ended.changes) == ("delete", "Scrapped", [])


def test_json_values_are_formatted(db):
    """MeSH terms by their name; what has only an identifier by that."""
    trial = a_trial(1)
    with authored("user:7"):
        trial.condition_mesh = [{"id": "D003110", "term": "Colonic Neoplasms"}, {"id": "D012004"}]
        trial.save()
    assert trail_of(trial)[0].changes == [Change("MeSH conditions", None, "Colonic Neoplasms; D012004")]
