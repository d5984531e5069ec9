"""For pytest: lets tests with real transactions empty the tables afterwards, which the trail refuses everybody else."""

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Extends pytest-django's fixture. Said to the test database alone, so no other one hears it."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET sitelight.may_truncate = 'on'")
        connection.close()
