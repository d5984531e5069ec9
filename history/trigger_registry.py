"""Makes django-pgtrigger's registry fast to fill: it looks through all triggers again for each one added.

With 350 triggers, each registered twice, that is a quarter of the time in which a process starts.
"""

from pgtrigger import registry


class IndexedRegistry(type(registry._registry)):
    """The library's registry with its two look-ups kept up to date instead of made anew."""

    by_db_table: dict = {}
    pg_function_names: set = set()

    def __init__(self):
        self.by_db_table, self.pg_function_names = {}, set()
        super().__init__()

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        model, trigger = value
        self.by_db_table[model._meta.db_table, trigger.name] = trigger
        self.pg_function_names.add(trigger.get_pgid(model))

    def __delitem__(self, key):
        model, trigger = self[key]
        super().__delitem__(key)
        del self.by_db_table[model._meta.db_table, trigger.name]
        self.pg_function_names.discard(trigger.get_pgid(model))


def use_indexed_registry() -> None:
    """Put the indexed registry in the place of the library's, with all that is registered."""
    if isinstance(registry._registry, IndexedRegistry):
        return
    registered = registry._registry.data
    registry._registry = IndexedRegistry()
    for uri, value in registered.items():
        registry._registry[uri] = value
