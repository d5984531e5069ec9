"""pytest fixture: lets tests empty tracked tables of the test database, and closes its sessions at the end."""

import pytest
from django.db import connection
from django.test import TransactionTestCase

_END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
#: Rows of migrations and of Django's `post_migrate`, which every test may rely on.
_TABLES_NOT_EMPTIED = ["django_migrations", "django_content_type", "auth_permission"]
_TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> ALL (%s)
"""
#: Only tables with rows are touched. The role `replica` runs neither triggers nor checks of foreign keys.
_DELETE_ALL_ROWS = """
DO $$
DECLARE
    name regclass;
    has_rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN
        SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> ALL (%s)
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%s)', name) INTO has_rows;
        IF has_rows THEN EXECUTE format('DELETE FROM %%s', name); END IF;
    END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Extend pytest-django's fixture.

    The setting and the faster emptying apply to the test database only. At the end, open sessions of threads and
    killed processes are closed, because PostgreSQL does not drop a database in use.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET sitelight.may_truncate = 'on'")
        may_leave_out_triggers = is_superuser()
        connection.close()
    with pytest.MonkeyPatch.context() as patch:
        if may_leave_out_triggers:
            patch.setattr(TransactionTestCase, "_fixture_teardown", delete_all_rows)
        yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(_END_OTHER_SESSIONS)
        connection.close()


def is_superuser() -> bool:
    """Whether the tests' role may leave out triggers and checks of foreign keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def tables_with_rows() -> list[str]:
    """Those that are emptied after a test that committed, and have rows."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [_TABLES_NOT_EMPTIED])
        tables = [table for (table,) in cursor.fetchall()]
        has_rows = ", ".join(f"EXISTS (SELECT FROM {table})" for table in tables)
        cursor.execute(f"SELECT {has_rows}")
        return [table for table, some in zip(tables, cursor.fetchone(), strict=True) if some]


def delete_all_rows(test_case: TransactionTestCase) -> None:
    """Empty the tables after a test that committed.

    Django truncates every table and creates all content types and permissions again, which takes more than a second
    with this number of tables.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_ALL_ROWS, [_TABLES_NOT_EMPTIED])
