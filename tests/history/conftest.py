"""Registers the ledger app with Django for the tests of this folder, and creates its tables."""

import pytest
from django.apps import AppConfig, apps
from django.db import connection

from history import authored


def _adopt(module: str, label: str) -> None:
    if label in apps.app_configs:
        return
    app = AppConfig.create(module)
    app.apps = apps
    apps.app_configs[label] = app
    app.import_models()
    app.models_module = None  # migrate would make the tables before the functions that guard them
    apps.clear_cache()


_adopt("tests.history.ledger", "ledger")


@pytest.fixture(scope="session")
def ledger(django_db_setup, django_db_blocker):
    """The ledger's tables, with their triggers."""
    with django_db_blocker.unblock():
        there = connection.introspection.table_names()
        with connection.schema_editor() as editor:
            for model in apps.get_app_config("ledger").get_models():
                if model._meta.db_table not in there:
                    editor.create_model(model)


@pytest.fixture
def bed(ledger, db):
    """A bed in a ward, entered by the demo."""
    from tests.history.ledger.models import Bed, Ward

    with authored("demo"):
        return Bed.objects.create(ward=Ward.objects.create(name="Ward 1"), note="new")
