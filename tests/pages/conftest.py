"""Fixtures with trial pages of many records."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from tests.pages.page_defects import TODAY
from tests.pages.trial_pages import TrialPage, import_trials, trial_page


@pytest.fixture(scope="module")
def pages_of(django_db_setup, django_db_blocker) -> Callable[[Iterable[bytes]], Iterator[TrialPage]]:
    """Imports records, yields their pages as of a fixed day, and rolls the import back."""

    @contextmanager
    def imported(records):
        with django_db_blocker.unblock(), transaction.atomic():
            with time_machine.travel(datetime.combine(TODAY, time(12), UTC), tick=False):
                import_trials(records)
                yield
            transaction.set_rollback(True)

    def pages(records):
        with imported(records):
            client = Client()
            for received in records:
                yield trial_page(client, received)

    return pages
