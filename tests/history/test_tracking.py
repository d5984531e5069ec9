"""What trails store and omit, and that they cannot be changed."""

import re

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from history import authored
from history.models import Context
from history.tracking import tracked, without_insert_events
from history.trail import trail_of
from tests.history.ledger.models import Bed, Ward


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def labels(instance) -> list[str]:
    return list(instance.trail.order_by("pgh_id").values_list("pgh_label", flat=True))


def test_insert_update_and_delete_are_stored(bed):
    with authored("user:7"):
        Bed.objects.update(note="changed")
        Bed.objects.all().delete()
    trail = Bed.trail.rel.related_model.objects.order_by("pgh_id")
    assert list(trail.values_list("pgh_label", "note")) == [
        ("insert", "new"),
        ("update", "changed"),
        ("delete", "changed"),
    ]


def test_no_trigger_compares_every_row_before_a_statement_with_every_row_after_it(bed):
    """Which a join does in a session whose first statement changed a single row: its plan is kept for the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE prosrc ~ 'old_values'")
        functions = dict(cursor.fetchall())
    assert any("keep_update" in name for name in functions)
    assert [name for name, source in functions.items() if re.search("JOIN (old|new)_values", source)] == []


def test_each_row_of_a_statement_is_stored_before_and_after(bed):
    with authored("user:7"):
        other_beds = [Bed.objects.create(ward=bed.ward, note=f"old {number}") for number in range(30)]
        Bed.objects.update(note="changed")
        Bed.objects.exclude(pk=bed.pk).update(note=Concat("note", Value(" again")))
    assert list(bed.trail.order_by("pgh_id").values_list("note", flat=True)) == ["new", "changed"]
    for number, other in enumerate(other_beds):
        entries = list(other.trail.order_by("pgh_id").values_list("pgh_label", "note"))
        assert entries == [("insert", f"old {number}"), ("update", "changed"), ("update", "changed again")]


def test_a_trail_has_a_name_one_can_guess(ledger):
    trail = Bed.trail_model
    assert (trail.__name__, trail._meta.db_table, Bed.trail.rel.related_name) == (
        "BedTrail",
        "ledger_bed_trail",
        "trail",
    )


def test_only_changed_rows_are_stored(bed):
    with authored("user:7"):
        other = Bed.objects.create(ward=bed.ward, note="changed")
        Bed.objects.update(note="changed")
    assert labels(bed) == ["insert", "update"]
    assert labels(other) == ["insert"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_bed SET note = note, version = 99",
        "UPDATE ledger_bed SET note = 'x' WHERE false",
        "DELETE FROM ledger_bed WHERE false",
    ],
)
def test_a_write_that_changes_nothing_leaves_nothing(bed, sql):
    before = Bed.objects.values().get()
    with authored("user:7"):
        run(sql)
    assert labels(bed) == ["insert"]
    assert Bed.objects.values().get() == before
    assert not Context.objects.filter(metadata__actor="user:7").exists()


def test_one_block_of_work_is_one_context(bed):
    with authored("user:7"):
        Bed.objects.update(note="x")
        Ward.objects.update(name="Ward 2")
        bed.delete()
    assert Context.objects.filter(metadata__actor="user:7").count() == 1


def test_of_excluded_columns_only_the_new_version_is_recorded(bed):
    with authored("user:7"):
        Bed.objects.update(phone="555 0100")
    (entry, _) = trail_of(bed)
    assert (entry.actor, entry.changes) == ("user:7", [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(trail)::text FROM ledger_bed_trail AS trail")
        assert not any("555 0100" in row for (row,) in cursor.fetchall())


def test_leaving_out_what_does_not_exist_is_a_mistake():
    with pytest.raises(ValueError, match="Ward has no field phone"):
        tracked(exclude=["phone"])(Ward)


@pytest.mark.parametrize("table", ["ledger_bed_trail", "pghistory_context"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_trail_is_append_only(bed, table, change):
    column = "note" if table == "ledger_bed_trail" else "metadata"
    with authored("user:7"), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        run(change.format(table, column, column))


@pytest.mark.parametrize("table", ["ledger_bed_trail", "pghistory_context", "ledger_bed"])
def test_a_tracked_table_cannot_be_truncated(bed, table):
    run("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL sitelight.may_truncate = 'off'")
    with authored("user:7"), pytest.raises(ProgrammingError, match="TRUNCATE leaves no trail"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


def test_a_key_never_changes(bed):
    with authored("user:7"), pytest.raises(ProgrammingError, match="never changes"), transaction.atomic():
        run("UPDATE ledger_bed SET id = id + 1000")


def test_bulk_inserts_write_no_events_but_updates_do(bed):
    with authored("import:ctgov"):
        with without_insert_events():
            quiet = Ward.objects.create(name="Ward 2")
            Ward.objects.filter(name="Ward 1").update(name="Ward 1a")
            with without_insert_events():
                pass
            Ward.objects.bulk_create([Ward(name="Ward 3")])
        loud = Ward.objects.create(name="Ward 4")
    assert labels(quiet) == labels(Ward.objects.get(name="Ward 3")) == []
    assert labels(bed.ward) == ["insert", "update"]
    assert labels(loud) == ["insert"]


def test_bulk_inserts_need_an_author_too(ledger, db):
    with pytest.raises(ProgrammingError, match="No author"), without_insert_events():
        Ward.objects.create(name="Ward 2")


def test_an_error_in_a_bulk_insert_ends_the_exemption(ledger, db):
    with authored("import:ctgov"):
        with pytest.raises(RuntimeError), without_insert_events():
            raise RuntimeError
        assert labels(Ward.objects.create(name="Ward 2")) == ["insert"]


def test_the_first_change_of_a_bulk_inserted_row_records_its_former_state(bed):
    with authored("import:ctgov"), without_insert_events():
        quiet = Ward.objects.create(name="Ward 2")
    with authored("user:7"):
        Ward.objects.filter(pk=quiet.pk).update(name="Ward 3")
        Ward.objects.filter(pk=quiet.pk).update(name="Ward 4")
    events = quiet.trail.order_by("pgh_id").values_list("pgh_label", "name")
    assert list(events) == [("found", "Ward 2"), ("update", "Ward 3"), ("update", "Ward 4")]
