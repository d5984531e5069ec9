"""What the database notes, by whatever road a row changes, so that something made from it can be made anew.

Updates and deletes are noted once a statement. Inserts by row, because only then can the importer's bulk road, which
sees to what it inserts, be exempt without paying for a copy of every row.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pgtrigger
from django.db.models import Model

from history.triggers import BULK_INSERT_IS_OFF, difference_sql

_RETURN_SQL = "WHERE marked.id IS NOT NULL; RETURN NULL;"


@dataclass(frozen=True, slots=True)
class ChangeQueueTriggers:
    """Triggers called `prefix`_insert and so on that write marks.

    `into` begins the statement, up to a selection of `marked.id`. What `of_row` asks for is the marked id as SQL, from
    a row called `changed`.
    """

    into: str
    prefix: str

    def on_insert(self, id_sql: str, *, include_bulk_inserts: bool = False) -> pgtrigger.Trigger:
        """`by_bulk`: what the bulk road inserts is marked like everything else."""
        return pgtrigger.Trigger(
            name=f"{self.prefix}_insert",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            condition=None if include_bulk_inserts else pgtrigger.Condition(BULK_INSERT_IS_OFF),
            func=self._insert_sql(f"SELECT {id_sql} AS id FROM (SELECT NEW.*) AS changed"),
        )

    def on_update(self, id_sql: str, *, columns: Iterable[str] = ()) -> pgtrigger.Trigger:
        """Marks where a changed row was and where it is now; a change of other columns than these (all) is none."""
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
        """For every change of a row."""
        return [self.on_insert(id_sql), self.on_update(id_sql), self.on_delete(id_sql)]

    def _insert_sql(self, ids: str) -> str:
        return f"{self.into} FROM ({ids}) AS marked {_RETURN_SQL}"


def trigger_proxy(app_label: str, module: str, model: type[Model], triggers: list[pgtrigger.Trigger]) -> type[Model]:
    """A proxy of `model` with these triggers, so that they belong to the app that asks for them and its migrations."""
    options = {"proxy": True, "app_label": app_label, "default_permissions": (), "triggers": triggers}
    return type(f"Watched{model.__name__}", (model,), {"__module__": module, "Meta": type("Meta", (), options)})
