"""Baseline of the import benchmark: PostgreSQL's COPY of the rows that the import wrote, from prepared files.

Twice: into bare tables (no index, constraint or trigger), and into tables with indexes, keys and checks but without
foreign keys and triggers. No importer can avoid the difference between the two.
"""

from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.db import connection

from benchmarks.timing import TimeSpent, read_clocks

BASE = ("trials", "sites", "contacts", "registries")
PUBLISHED = ("publishing",)
_BLOCK = 2**20
_BARE = 'CREATE TABLE {schema}."{table}" AS SELECT {columns} FROM "{table}" WITH NO DATA'
_INDEXED = 'CREATE TABLE {schema}."{table}" (LIKE "{table}" INCLUDING ALL)'
SHAPES = {"bare": _BARE, "indexed": _INDEXED}


def row_counts(apps_of: Iterable[str]) -> dict[str, int]:
    """Number of rows of each table that is not empty, without proxies and import runs."""
    counts = {}
    with connection.cursor() as cursor:
        for label in apps_of:
            for model in apps.get_app_config(label).get_models():
                if not model._meta.proxy and model._meta.model_name != "importrun":
                    cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                    counts[model._meta.db_table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


def dump(tables: Iterable[str], folder: Path) -> dict[str, Path]:
    """Write the rows of each table to a file, in the format of COPY."""
    files = {table: folder / f"{table}.rows" for table in tables}
    for table, path in files.items():
        statement = f'COPY (SELECT {_columns(table)} FROM "{table}") TO STDOUT'
        with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(statement) as copy:
            for block in copy:
                file.write(block)
    return files


def copy_into_empty_tables(files: dict[str, Path], shape: str) -> TimeSpent:
    """The time of COPY of the files into empty tables of a shape, which are dropped afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {shape} CASCADE")
        cursor.execute(f"CREATE SCHEMA {shape}")
        for table in files:
            cursor.execute(SHAPES[shape].format(schema=shape, table=table, columns=_columns(table)))
        started = read_clocks(connection)
        for table, path in files.items():
            _copy(cursor, f'COPY {shape}."{table}" ({_columns(table)}) FROM STDIN', path)
        spent = read_clocks(connection) - started
        cursor.execute(f"DROP SCHEMA {shape} CASCADE")
    return spent


def _copy(cursor, statement: str, path: Path) -> None:
    with path.open("rb") as file, cursor.copy(statement) as copy:
        while block := file.read(_BLOCK):
            copy.write(block)


def _columns(table: str) -> str:
    """The columns that are not generated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [f'"{table}"'],
        )
        return cursor.fetchone()[0]
