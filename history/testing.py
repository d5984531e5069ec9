"""For pytest: the test database may be emptied, which triggers refuse elsewhere, and is dropped without waiting."""

import pytest
from django.db import connection

_END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Extend pytest-django's fixture.

    The setting is of the test database alone. At the end, sessions that threads or killed processes of tests have left
    are closed: PostgreSQL drops no database that is in use.
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
