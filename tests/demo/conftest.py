"""The demo, loaded once for each module that looks at it."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def demo_data(django_db_setup, django_db_blocker):
    """A database with the demo as of TODAY, taken back when the module is done. For tests with `db`."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", today=TODAY, verbosity=0)
        yield TODAY
        transaction.set_rollback(True)
