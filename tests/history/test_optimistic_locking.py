"""Optimistic locking: an edit of an older version is rejected."""

import pytest
from django.db import connection

from history import authored
from history.optimistic_locking import StaleVersion
from tests.history.ledger.models import Bed


def version() -> int:
    return Bed.objects.values_list("version", flat=True).get()


@pytest.fixture(autouse=True)
def editor():
    with authored("user:7"):
        yield


def by_sql(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES = {
    "save": lambda bed: Bed(pk=bed.pk, ward=bed.ward, note="x", version=40).save(),
    "queryset update": lambda bed: Bed.objects.update(note="x", version=40),
    "bulk_update": lambda bed: Bed.objects.bulk_update([Bed(pk=bed.pk, note="x", version=40)], ["note", "version"]),
    "raw sql": lambda bed: by_sql("UPDATE ledger_bed SET note = 'x', version = 40"),
    "a column outside the trail": lambda bed: Bed.objects.update(phone="555 0100"),
}


@pytest.mark.parametrize("write_path", CHANGES)
def test_every_change_increments_the_version_whatever_value_is_assigned(bed, write_path):
    CHANGES[write_path](bed)
    assert version() == 2


@pytest.mark.parametrize("written", [{"version": 40}, {"note": "new"}, {"version": 0, "note": "new"}])
def test_an_update_without_a_change_does_not_increment_the_version(bed, written):
    Bed.objects.update(**written)
    assert version() == 1


def test_a_row_inserted_by_sql_begins_at_one(bed):
    by_sql(
        "INSERT INTO ledger_bed (ward_id, status, note, tags, phone) SELECT id, 'OPEN', '', '[]', '' FROM ledger_ward"
    )
    assert set(Bed.objects.values_list("version", flat=True)) == {1}


def test_an_edit_of_the_present_version_gets_the_row_locked(bed, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        assert Bed.lock_at_version(bed.pk, 1) == bed
    assert queries[0]["sql"].endswith('FOR UPDATE OF "ledger_bed"')


def test_an_edit_of_an_older_version_is_refused_and_shown_the_present_one(bed):
    Bed.objects.update(note="theirs")
    with pytest.raises(StaleVersion, match="is at version 2") as refused:
        Bed.lock_at_version(bed.pk, 1)
    assert refused.value.current.note == "theirs"
