"""Every table of a model is tracked by triggers of the database, or is listed with the reason why it is not."""

import pytest
from django.apps import apps
from django.db import connection

from tests.access.write_tracking import UNTRACKED, history_tables

KEPT_BY = {"keep_insert", "keep_update", "keep_delete", "author_required", "key_stays"}
_TRIGGERS = r"""
    SELECT relname, array_agg(substring(tgname FROM '^pgtrigger_(.*)_[0-9a-f]{5}$'))
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND tgenabled <> 'D' GROUP BY relname
"""
#: Of the cache, which has no model.
WITHOUT_MODEL = {"accounts_attempts"}


def tables() -> set[str]:
    """Of all models but the trails; without those of the tests."""
    rooms = [room for room in apps.get_app_configs() if not room.name.startswith("tests.")]
    metas = [model._meta for room in rooms for model in room.get_models(include_auto_created=True)]
    all_of_them = {meta.db_table for meta in metas if meta.managed and not meta.proxy}
    return all_of_them - {table for kept in history_tables().values() for table in kept}


@pytest.mark.django_db
def test_every_table_is_tracked_or_says_why_not():
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        tracked = {table for table, names in cursor.fetchall() if set(names) >= KEPT_BY}
    assert tables() - tracked == UNTRACKED.keys() - WITHOUT_MODEL
    assert tracked <= history_tables().keys()
    assert not WITHOUT_MODEL & tables()
    assert all(UNTRACKED.values())
