"""COPY of rows into a table, and reservation of ids for them."""

from collections.abc import Iterable
from operator import itemgetter

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from publishing.trial_data import Row


class CopyTarget:
    """A model's table as a target of COPY."""

    def __init__(self, model: type[models.Model], *without: str):
        self.model = model
        columns = [
            column for column in model._meta.concrete_fields if not column.generated and column.attname not in without
        ]
        names = ", ".join(f'"{column.column}"' for column in columns)
        self.statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
        self.values = itemgetter(*(column.attname for column in columns))
        self.converters = [
            (index, convert) for index, column in enumerate(columns) if (convert := _converter_for(column))
        ]

    def copy(self, cursor, rows: Iterable[Row]) -> None:
        """Append rows (dicts by column) to the table. DatabaseError, which Django does not raise for COPY itself."""
        rows = list(rows)
        if not rows:
            return
        with connection.wrap_database_errors, cursor.copy(self.statement) as copy:
            for row in rows:
                copy.write_row(self._convert(row))

    def _convert(self, row: Row) -> tuple | list:
        if not self.converters:
            return self.values(row)
        values = list(self.values(row))
        for index, convert in self.converters:
            values[index] = convert(values[index])
        return values


def reserve_ids(cursor, model: type[models.Model], count: int) -> int:
    """Reserve `count` consecutive ids of a table; returns the first."""
    if count == 0:
        return 0
    sequence = f"{model._meta.db_table}_{model._meta.pk.column}_seq"
    while True:
        cursor.execute(
            "SELECT min(id), max(id) FROM (SELECT nextval(%s::regclass) AS id FROM generate_series(1, %s)) AS reserved",
            [f'"{sequence}"', count],
        )
        first, last = cursor.fetchone()
        if last - first + 1 == count:  # false when another session reserved ids at the same moment
            return first


def _converter_for(column: models.Field):
    if isinstance(column, ArrayField):
        return _array_literal
    if isinstance(column, models.JSONField):
        return _json_text
    return None


def _array_literal(texts: list[str]) -> str:
    """A text array as a PostgreSQL literal."""
    if not texts:
        return "{}"
    return "{" + ",".join(['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]) + "}"


def _json_text(value) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
