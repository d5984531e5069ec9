"""Triggers that queue changed rows, so that values derived from them can be rebuilt.

Updates and deletes are queued per statement. Inserts are queued per row, because only then can the importer's bulk
inserts, which handle their rows themselves, be exempt without the cost of a transition table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pgtrigger
from django.db.models import Model

from history.triggers import BULK_INSERT_IS_OFF, difference_sql

_RETURN_SQL = "WHERE marked.id IS NOT NULL; RETURN NULL;"


@dataclass(frozen=True, slots=True)
class ChangeQueueTriggers:
    """Triggers named `prefix`_insert, …_update and …_delete that write queue rows.

    `into` is the beginning of the INSERT statement, up to a selection of `marked.id`. `id_sql` is SQL for the queued
    id, from a row named `changed`.
    """

    into: str
    prefix: str

    def on_insert(self, id_sql: str, *, include_bulk_inserts: bool = False) -> pgtrigger.Trigger:
        """`include_bulk_inserts`: also queue rows inserted in bulk by the importer."""
        return pgtrigger.Trigger(
            name=f"{self.prefix}_insert",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            condition=None if include_bulk_inserts else pgtrigger.Condition(BULK_INSERT_IS_OFF),
            func=self._insert_sql(f"SELECT {id_sql} AS id FROM (SELECT NEW.*) AS changed"),
        )

    def on_update(self, id_sql: str, *, columns: Iterable[str] = ()) -> pgtrigger.Trigger:
        """Queue the old and the new id of a changed row; `columns` limits which changes count (default: all)."""
        compared = ["id", *columns] if columns else []
        was = f"SELECT {id_sql} AS id FROM ({difference_sql('old_values', 'new_values', compared)}) AS changed"
        became = f"SELECT {id_sql} AS id FROM ({difference_sql('new_values', 'old_values', compared)}) AS changed"
        return pgtrigger.Trigger(
            name=f"{self.prefix}_update",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_values", new="new_values"),
            func=self._insert_sql(f"{was} UNION {became}"),
        )

    def on_delete(self, id_sql: str) -> pgtrigger.Trigger:
        return pgtrigger.Trigger(
            name=f"{self.prefix}_delete",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Delete,
            referencing=pgtrigger.Referencing(old="old_values"),
            func=self._insert_sql(f"SELECT {id_sql} AS id FROM old_values AS changed"),
        )

    def on_change(self, id_sql: str) -> list[pgtrigger.Trigger]:
        """Triggers for insert, update and delete."""
        return [self.on_insert(id_sql), self.on_update(id_sql), self.on_delete(id_sql)]

    def _insert_sql(self, ids: str) -> str:
        return f"{self.into} FROM ({ids}) AS marked {_RETURN_SQL}"


def trigger_proxy(app_label: str, module: str, model: type[Model], triggers: list[pgtrigger.Trigger]) -> type[Model]:
    """A proxy of `model` with these triggers, so that they belong to the given app and its migrations."""
    options = {"proxy": True, "app_label": app_label, "default_permissions": (), "triggers": triggers}
    return type(f"Watched{model.__name__}", (model,), {"__module__": module, "Meta": type("Meta", (), options)})
