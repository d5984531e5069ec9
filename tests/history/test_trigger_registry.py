"""The index of registered triggers refuses and forgets what django-pgtrigger's registry does."""

import pgtrigger
import pytest
from pgtrigger import registry

from history.trigger_registry import IndexedRegistry
from tests.history.ledger.models import Ward


def protect(name: str, *, operation=pgtrigger.Delete) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=operation)


def test_the_index_holds_every_registered_trigger():
    registered = registry._registry
    assert isinstance(registered, IndexedRegistry)
    assert registered.by_db_table == {
        (model._meta.db_table, trigger.name): trigger for model, trigger in registered.values()
    }
    assert registered.pg_function_names == {trigger.get_pgid(model) for model, trigger in registered.values()}


def test_a_name_is_registered_once_for_a_table():
    first = protect("index_test")
    first.register(Ward)
    try:
        first.register(Ward)
        with pytest.raises(KeyError, match="already used for model"):
            protect("index_test", operation=pgtrigger.Update).register(Ward)
    finally:
        first.unregister(Ward)
    assert (Ward._meta.db_table, "index_test") not in registry._registry.by_db_table


def test_a_name_is_free_again_after_its_trigger_was_removed():
    for operation in (pgtrigger.Delete, pgtrigger.Update):
        trigger = protect("index_test", operation=operation)
        trigger.register(Ward)
        trigger.unregister(Ward)
