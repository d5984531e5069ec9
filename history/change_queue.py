"""What the database notes, by whatever road a row changes, so that something made from it can be made anew.

Updates and deletes are noted once a statement. Inserts by row, because only then can the importer's bulk road, which
sees to what it inserts, be exempt without paying for a copy of every row.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pgtrigger
from django.db.models import Model

from history.triggers import BULK_INSERT_IS_OFF, differing

_NOTHING_ELSE = "WHERE marked.id IS NOT NULL; RETURN NULL;"


@dataclass(frozen=True, slots=True)
class Queue:
    """Triggers called `prefix`_insert and so on that write marks.

    `into` begins the statement, up to a selection of `marked.id`. What `of_row` asks for is the marked id as SQL, from
    a row called `changed`.
    """

    into: str
    prefix: str

    def on_insert(self, of_row: str, *, by_bulk: bool = False) -> pgtrigger.Trigger:
        """`by_bulk`: what the bulk road inserts is marked like everything else."""
        return pgtrigger.Trigger(
            name=f"{self.prefix}_insert",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            condition=None if by_bulk else pgtrigger.Condition(BULK_INSERT_IS_OFF),
            func=self._marking(f"SELECT {of_row} AS id FROM (SELECT NEW.*) AS changed"),
        )

    def on_update(self, of_row: str, *, columns: Iterable[str] = ()) -> pgtrigger.Trigger:
        """Marks where a changed row was and where it is now; a change of other columns than these (all) is none."""
        compared = ["id", *columns] if columns else []
        was = f"SELECT {of_row} AS id FROM ({differing('old_values', 'new_values', compared)}) AS changed"
        became = f"SELECT {of_row} AS id FROM ({differing('new_values', 'old_values', compared)}) AS changed"
        return pgtrigger.Trigger(
            name=f"{self.prefix}_update",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_values", new="new_values"),
            func=self._marking(f"{was} UNION {became}"),
        )

    def on_delete(self, of_row: str) -> pgtrigger.Trigger:
        return pgtrigger.Trigger(
            name=f"{self.prefix}_delete",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Delete,
            referencing=pgtrigger.Referencing(old="old_values"),
            func=self._marking(f"SELECT {of_row} AS id FROM old_values AS changed"),
        )

    def on_change(self, of_row: str) -> list[pgtrigger.Trigger]:
        """For every change of a row."""
        return [self.on_insert(of_row), self.on_update(of_row), self.on_delete(of_row)]

    def _marking(self, ids: str) -> str:
        return f"{self.into} FROM ({ids}) AS marked {_NOTHING_ELSE}"


def watched(app_label: str, module: str, model: type[Model], triggers: list[pgtrigger.Trigger]) -> type[Model]:
    """A proxy of `model` with these triggers, so that they belong to the app that asks for them and its migrations."""
    options = {"proxy": True, "app_label": app_label, "default_permissions": (), "triggers": triggers}
    return type(f"Watched{model.__name__}", (model,), {"__module__": module, "Meta": type("Meta", (), options)})
