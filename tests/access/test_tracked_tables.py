"""Every table of a model is tracked by database triggers, or is listed with a reason."""

import pytest
from django.apps import apps
from django.db import connection

from tests.access.write_tracking import UNTRACKED, history_tables

TRIGGERS = {"keep_insert", "keep_update", "keep_delete", "author_required", "key_stays"}
_TRIGGERS = r"""
    SELECT relname, array_agg(substring(tgname FROM '^pgtrigger_(.*)_[0-9a-f]{5}$'))
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND tgenabled <> 'D' GROUP BY relname
"""
#: The table of the cache, which has no model.
WITHOUT_MODEL = {"accounts_attempts"}


def tables() -> set[str]:
    """The tables of all models but history models and models of the tests."""
    configs = [config for config in apps.get_app_configs() if not config.name.startswith("tests.")]
    metas = [model._meta for config in configs for model in config.get_models(include_auto_created=True)]
    all_tables = {meta.db_table for meta in metas if meta.managed and not meta.proxy}
    return all_tables - {table for history in history_tables().values() for table in history}


@pytest.mark.django_db
def test_every_table_is_tracked_or_has_a_reason():
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        tracked = {table for table, names in cursor.fetchall() if set(names) >= TRIGGERS}
    assert tables() - tracked == UNTRACKED.keys() - WITHOUT_MODEL
    assert tracked <= history_tables().keys()
    assert not WITHOUT_MODEL & tables()
    assert all(UNTRACKED.values())
