"""pytest fixture: lets tests truncate tracked tables of the test database, and closes its sessions at the end."""

import pytest
from django.db import connection

_END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Extend pytest-django's fixture.

    The setting applies to the test database only. At the end, open sessions of threads and killed processes are closed,
    because PostgreSQL does not drop a database in use.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET sitelight.may_truncate = 'on'")
        connection.close()
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(_END_OTHER_SESSIONS)
        connection.close()
