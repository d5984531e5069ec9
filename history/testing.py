"""pytest fixture: lets tests empty tracked tables of the test database, and closes its sessions at the end."""

import pytest
from django.db import connection
from django.test import TransactionTestCase

_END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
#: Rows of migrations and of Django's `post_migrate`, which every test may rely on.
_TABLES_NOT_EMPTIED = ["django_migrations", "django_content_type", "auth_permission"]
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
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        is_superuser = cursor.fetchone()[0]
        connection.close()
    with pytest.MonkeyPatch.context() as patch:
        if is_superuser:
            patch.setattr(TransactionTestCase, "_fixture_teardown", delete_all_rows)
        yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(_END_OTHER_SESSIONS)
        connection.close()


def delete_all_rows(test_case: TransactionTestCase) -> None:
    """Empty the tables after a test that committed.

    Django truncates every table and creates all content types and permissions again, which takes more than a second
    with this number of tables.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_ALL_ROWS, [_TABLES_NOT_EMPTIED])
