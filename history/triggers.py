"""The triggers that write trails. Code common to all tables is in database functions (migration 0001).

The triggers of django-pghistory are not used: they write a context for an update that changed nothing, and copy every
inserted row even when bulk inserts need no events.
"""

from collections.abc import Sequence

import pgtrigger
from django.db.models import Model

CHANGED_AT = "NOW()"
BULK_INSERT_IS_OFF = "current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on'"


def difference_sql(rows: str, others: str, columns: Sequence[str] = ()) -> str:
    """SQL for the rows of one transition table that the other lacks, compared by `columns` with a key (default: all).

    EXCEPT instead of a join: a session caches the plan of its first statement, and the plan for a single row would be
    quadratic for a later statement with many rows.
    """
    selected = [", ".join(f'{table}."{name}"' for name in columns) or "*" for table in (rows, others)]
    return f"SELECT {selected[0]} FROM {rows} EXCEPT SELECT {selected[1]} FROM {others}"


class SharedTrigger(pgtrigger.Trigger):
    """Calls a function that all tables share; `pgtrigger.ignore` cannot switch it off."""

    function = ""

    def __init__(self, *, name: str, function: str, **kwargs):
        self.function = function
        super().__init__(name=name, **kwargs)

    def get_func(self, model):
        return "RETURN NULL;"

    def render_execute(self, model):
        return f"{self.function}()"

    def ignore(self, model):
        raise RuntimeError(f"{self.name} cannot be ignored.")


def no_truncate() -> SharedTrigger:
    return SharedTrigger(
        name="no_truncate",
        function="history_refuse_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
    )


def append_only() -> SharedTrigger:
    return SharedTrigger(
        name="append_only",
        function="history_refuse_change",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
    )


class TrailTrigger(pgtrigger.Trigger):
    """Copies the tracked columns of changed rows into the table of `trail`."""

    when = pgtrigger.After

    def __init__(self, trail: type[Model], **kwargs):
        self.trail = trail
        super().__init__(**kwargs)

    @property
    def columns(self) -> list[str]:
        tracked = {field.name for field in self.trail.pgh_tracked_model._meta.concrete_fields}
        return [field.column for field in self.trail._meta.local_fields if field.name in tracked]

    def insert_sql(self) -> str:
        own = ["pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id"]
        own += ["secret_changed"] if self.trail.secret_columns else []
        names = ", ".join(f'"{column}"' for column in [*self.columns, *own])
        return f'INSERT INTO "{self.trail._meta.db_table}" ({names})'

    def values(self, row: str, label: str, context: str, secret_changed: str = "false") -> str:
        copied = [f'{row}."{column}"' for column in [*self.columns, self.trail.key_column]]
        marked = [secret_changed] if self.trail.secret_columns else []
        return ", ".join([*copied, f"'{label}'", CHANGED_AT, context, *marked])

    def get_func(self, model):
        return self.format_sql(self.body(model))


class TrailInsertTrigger(TrailTrigger):
    """Per row, because only then can bulk inserts be exempt without the cost of a transition table."""

    name = "keep_insert"
    operation = pgtrigger.Insert
    condition = pgtrigger.Condition(BULK_INSERT_IS_OFF)

    def body(self, model):
        values = self.values("NEW", "insert", "history_keep_context()")
        return f"{self.insert_sql()} VALUES ({values}); RETURN NULL;"


class TrailUpdateTrigger(TrailTrigger):
    """Writes a `found` event before the first change of a row without a trail, then the `update` event."""

    name = "keep_update"
    level = pgtrigger.Statement
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_values", new="new_values")

    def body(self, model):
        key, secret = self.trail.key_column, self.trail.secret_columns
        columns = list(dict.fromkeys([*self.columns, key, *secret]))
        was, became = (
            difference_sql("old_values", "new_values", columns),
            difference_sql("new_values", "old_values", columns),
        )
        secrets = difference_sql("new_values", "old_values", [key, *secret])
        is_secret = f'became."{key}" IN (SELECT changed."{key}" FROM ({secrets}) AS changed)'
        was_key = f'was."{key}"{self.trail.key_cast}'
        has_no_trail = f'NOT EXISTS (SELECT FROM "{self.trail._meta.db_table}" WHERE pgh_obj_id = {was_key})'
        updated = self.values("became", "update", _CONTEXT_ID, is_secret)
        return f"""
            {self.insert_sql()} SELECT {self.values("was", "found", "NULL")} FROM ({was}) AS was WHERE {has_no_trail};
            {self.insert_sql()} SELECT {updated} FROM ({became}) AS became;
            IF FOUND THEN PERFORM history_keep_context(); END IF;
            RETURN NULL;
        """


class TrailDeleteTrigger(TrailTrigger):
    name = "keep_delete"
    level = pgtrigger.Statement
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old="old_values")

    def body(self, model):
        return f"""
            {self.insert_sql()} SELECT {self.values("old_values", "delete", _CONTEXT_ID)} FROM old_values;
            IF FOUND THEN PERFORM history_keep_context(); END IF;
            RETURN NULL;
        """


_CONTEXT_ID = "current_setting('pghistory.context_id')::uuid"
