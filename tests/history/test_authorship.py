"""Authors of writes: nested blocks, all write paths, and writes without an author."""

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from history import authored, set_session_author
from history.authorship import Author, actor_names, current_author
from tests.factories import a_user
from tests.history.ledger.models import Bed, Ward

COPY = "COPY ledger_ward (name) FROM STDIN"


def authors_of(instance) -> list[tuple[str, str]]:
    rows = instance.trail.order_by("pgh_id").select_related("pgh_context")
    return [(row.pgh_context.actor, row.pgh_context.reason) for row in rows]


def copy_wards(*names):
    with connection.cursor() as cursor, cursor.copy(COPY) as rows:
        for name in names:
            rows.write_row([name])


def run(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


WRITE_PATHS = {
    "save": lambda bed: bed.save(),
    "create": lambda bed: Ward.objects.create(name="Ward 2"),
    "bulk_create": lambda bed: Ward.objects.bulk_create([Ward(name="Ward 2"), Ward(name="Ward 3")]),
    "bulk_update": lambda bed: Bed.objects.bulk_update([bed], ["note"]),
    "queryset update": lambda bed: Bed.objects.update(note="x"),
    "queryset delete": lambda bed: Bed.objects.all().delete(),
    "delete": lambda bed: bed.delete(),
    "raw insert": lambda bed: run("INSERT INTO ledger_ward (name) VALUES ('Ward 2')"),
    "raw update": lambda bed: run("UPDATE ledger_bed SET note = 'x'"),
    "raw delete": lambda bed: run("DELETE FROM ledger_bed"),
    "raw update of nothing": lambda bed: run("UPDATE ledger_bed SET note = 'x' WHERE false"),
    "copy": lambda bed: copy_wards("Ward 2"),
}


@pytest.mark.parametrize("write_path", WRITE_PATHS)
def test_a_write_without_an_author_is_refused(bed, write_path):
    refused = pytest.raises((ProgrammingError, psycopg.errors.InsufficientPrivilege), match="No author")
    with refused, transaction.atomic():
        WRITE_PATHS[write_path](bed)


@pytest.mark.parametrize("write_path", WRITE_PATHS)
def test_the_same_write_passes_with_an_author(bed, write_path):
    with authored("user:7"), connection.cursor() as cursor:
        set_session_author(cursor)
        WRITE_PATHS[write_path](bed)


@pytest.mark.parametrize("actor", ["", "Jane Roe", "jane@example.org", "user:", "User:7", "user:7 "])
def test_an_author_is_a_key_and_never_a_name_or_an_address(actor):
    with pytest.raises(ValueError, match="is not a valid actor"), authored(actor):
        pass


def test_an_inner_author_holds_for_its_block_and_the_outer_one_after_it(bed):
    with authored("user:7", reason="round"):
        Bed.objects.update(note="first")
        with authored("import:ctgov", reason="import"):
            Bed.objects.update(note="second")
        Bed.objects.update(note="third")
    entries = authors_of(bed)
    assert entries == [("demo", ""), ("user:7", "round"), ("import:ctgov", "import"), ("user:7", "round")]


def test_an_inner_block_takes_what_it_leaves_out_from_the_outer_one():
    with authored("user:7", route="trials/", request_id="r1"), authored(reason="typing error") as inner:
        assert inner == Author("user:7", "typing error", "trials/", "r1")


def test_the_transaction_belongs_to_nobody_after_the_block(bed):
    with authored("user:7"):
        Bed.objects.update(note="first")
    with pytest.raises(ProgrammingError, match="No author"), transaction.atomic():
        Bed.objects.update(note="second")
    assert current_author() is None


def test_a_block_that_only_its_inner_block_wrote_in_leaves_no_author_behind(bed):
    with authored("user:7"), authored("import:ctgov"):
        Bed.objects.update(note="first")
    with pytest.raises(ProgrammingError, match="No author"), transaction.atomic():
        Bed.objects.update(note="second")


def test_copy_in_the_outer_block_is_not_the_inner_author_s(bed):
    with authored("user:7"), connection.cursor() as cursor:
        set_session_author(cursor)
        with authored("import:ctgov"):
            Bed.objects.update(note="first")
        copy_wards("Ward 2")
    assert authors_of(Ward.objects.get(name="Ward 2")) == [("user:7", "")]


def test_a_rollback_to_a_savepoint_does_not_change_who_writes(bed):
    with authored("user:7"):
        with pytest.raises(IntegrityError), transaction.atomic(), authored("user:8"):
            Ward.objects.create(name="Ward 1")
        Bed.objects.update(note="x")
    assert authors_of(bed) == [("demo", ""), ("user:7", "")]


def test_a_context_that_was_rolled_back_is_stored_by_the_next_write(bed):
    with authored("user:7"):
        with transaction.atomic():
            Bed.objects.update(note="x")
            transaction.set_rollback(True)
        Bed.objects.update(note="y")
    assert authors_of(bed)[-1] == ("user:7", "")


def test_a_block_may_decorate_a_function(bed):
    @authored("system:night", reason="tidying")
    def tidy():
        Bed.objects.update(note="tidy")

    tidy()
    tidy()
    assert authors_of(bed)[1:] == [("system:night", "tidying")]


def test_statements_with_percent_signs_and_many_rows_are_signed(bed):
    with authored("user:7", reason='100 % sure; it\'s \\ "right"'):
        assert run("UPDATE ledger_bed SET note = '50 %'") == 1
        assert run("/* why */ UPDATE ledger_bed SET note = %s || '%%'", ["51"]) == 1
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO ledger_ward (name) VALUES (%s)", [["Ward 2"], ["Ward 3"]])
    assert authors_of(bed)[1:] == [("user:7", '100 % sure; it\'s \\ "right"')] * 2
    assert authors_of(Ward.objects.get(name="Ward 3")) == [("user:7", '100 % sure; it\'s \\ "right"')]


def test_returned_rows_are_read_behind_the_signature(bed):
    with authored("user:7"), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_bed SET note = 'x' RETURNING id, note")
        assert cursor.fetchall() == [(bed.pk, "x")]


@pytest.mark.django_db(transaction=True)
def test_writes_outside_a_transaction_are_signed_one_by_one(ledger):
    with authored("user:7"):
        ward = Ward.objects.create(name="Ward 1")
        Ward.objects.update(name="Ward 2")
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE ledger_ward SET name = %s", [["Ward 3"], ["Ward 4"]])
            with pytest.raises(transaction.TransactionManagementError, match="Open a transaction"):
                set_session_author(cursor)
    assert authors_of(ward) == [("user:7", "")] * 4
    with pytest.raises(ProgrammingError, match="No author"):
        ward.save()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_django_does_not_know_can_be_signed(ledger):
    settings = connection.get_connection_params()
    expected = {key: settings[key] for key in ("dbname", "user", "host", "port") if key in settings}
    with psycopg.connect(**expected) as stranger, stranger.cursor() as cursor:
        signed = set_session_author(cursor, Author("import:ctgov", "first load"))
        with cursor.copy(COPY) as rows:
            rows.write_row(["Ward 9"])
    row = Ward.objects.get().trail.select_related("pgh_context").get()
    assert (row.pgh_context_id, row.pgh_context.metadata) == (signed, {"actor": "import:ctgov", "reason": "first load"})


def test_setting_an_author_needs_one(db):
    with connection.cursor() as cursor, pytest.raises(ValueError, match="No author"):
        set_session_author(cursor)


def test_actor_keys_have_names_also_for_deleted_users(db):
    ann = a_user("ann", first_name="Ann", last_name="Example")
    assert actor_names([f"user:{ann.pk}", f"user:{ann.pk + 1}", "import:ctgov"]) == {
        f"user:{ann.pk}": "Ann Example",
        f"user:{ann.pk + 1}": "Deleted user",
        "import:ctgov": "Import from ClinicalTrials.gov",
    }
