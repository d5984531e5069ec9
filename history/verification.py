"""Compares tracked tables with their audit trail: the newest event of each row must equal the row.

Rows that a bulk insert wrote without events are compared with the rows of a replay (`register_replay`): what the app
that inserted them rebuilds from other records. Values are compared in the database or in small batches, so that the
memory needed does not grow with the tables.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

Row = Mapping[str, Any]
Replay = Callable[[], Iterator[tuple[type[Model], Sequence[Row]]]]

_replays: list[Replay] = []

NOT_IN_TABLE = "missing in the table"
NOT_IN_TRAIL = "missing in the audit trail"
DELETED = "deleted in the audit trail, present in the table"


def register_replay(replay: Replay) -> None:
    """Register a function that yields, in batches of one model, every row inserted without events, as inserted."""
    _replays.append(replay)


@dataclass(frozen=True, slots=True)
class TrailMismatch:
    """One row that differs from the trail, by its key: the columns that differ, or what is missing. No values."""

    table: str
    key: str
    problem: str


@dataclass(slots=True)
class TableCount:
    """Numbers of rows, of the rows that were compared with a replay, and of differences."""

    rows: int = 0
    replayed: int = 0
    differences: int = 0


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction in which every query sees the same state of the database."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def tracked_models() -> list[type[Model]]:
    """The models with a trail, proxies for tables of other packages included."""
    return [model for model in apps.get_models() if "trail_model" in vars(model)]


@dataclass
class HistoryVerification:
    """Compares the tables of `models` with their trails; `counts` by table are complete after `differences`."""

    models: Collection[type[Model]] = field(default_factory=tracked_models)
    replays: Collection[Replay] = field(default_factory=lambda: tuple(_replays))
    counts: dict[str, TableCount] = field(default_factory=dict)

    def differences(self) -> Iterator[TrailMismatch]:
        """Every difference, table by table. Run it in a `snapshot` where others may write."""
        for difference in self._find_differences():
            self.counts[difference.table].differences += 1
            yield difference

    def _find_differences(self) -> Iterator[TrailMismatch]:
        for model in self.models:
            self.counts[model._meta.db_table] = TableCount(rows=_count_rows(model))
            for trail in _trails_of(model):
                yield from _differing_from_trail(model, trail)
        replayed_keys: dict[type[Model], _KeySet] = {}
        for replay in self.replays:
            for model, rows in replay():
                if model in self.models:
                    keys = replayed_keys.setdefault(model, _KeySet())
                    yield from self._differing_from_replay(model, rows, keys)
        for model in self.models:
            yield from _without_origin(model, replayed_keys.get(model))

    def _differing_from_replay(
        self, model: type[Model], rows: Sequence[Row], keys: "_KeySet"
    ) -> Iterator[TrailMismatch]:
        """Compares, by trail, the columns of rows without an event; a row with one was compared with the trail.

        Erasure deletes the events of erasable values and blanks the values: blank ones of a changed row are in order.
        """
        table, key_name = model._meta.db_table, model._meta.pk.attname
        all_keys = {row[key_name] for row in rows}
        columns: dict[Any, list[str]] = {}
        stored = {row[key_name]: row for row in model._base_manager.filter(pk__in=all_keys).values()}
        unchanged = all_keys - set(_keys_with_events(model.trail_model, all_keys))
        for trail in _trails_of(model):
            attributes = _trail_attributes(model, trail)
            for key in all_keys - set(_keys_with_events(trail, all_keys)):
                is_blank = key in stored and not any(stored[key][name] for name in attributes if name != key_name)
                if key in unchanged or not is_blank:
                    columns.setdefault(key, []).extend(attributes)
        for row in rows:
            key = row[key_name]
            keys.add(key)
            if key not in columns:
                continue
            self.counts[table].replayed += 1
            if key not in stored:
                yield TrailMismatch(table, str(key), NOT_IN_TABLE)
            elif differing := [name for name in columns[key] if stored[key][name] != row[name]]:
                yield TrailMismatch(table, str(key), ", ".join(dict.fromkeys(differing)))


def _trails_of(model: type[Model]) -> list[type[Model]]:
    """The model's trail, and that of its erasable values."""
    return [model.trail_model, *filter(None, [vars(model).get("values_model")])]


def _count_rows(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
        return cursor.fetchone()[0]


def _trail_columns(model: type[Model], trail: type[Model]) -> list[str]:
    tracked = {column.name for column in model._meta.concrete_fields}
    return [column.column for column in trail._meta.local_fields if column.name in tracked]


def _trail_attributes(model: type[Model], trail: type[Model]) -> list[str]:
    """The attribute names of the columns that a trail stores."""
    stored = {column.name for column in trail._meta.local_fields}
    return [column.attname for column in model._meta.concrete_fields if column.name in stored]


def _differing_from_trail(model: type[Model], trail: type[Model]) -> Iterator[TrailMismatch]:
    """The rows that differ from their newest event; rows without an event in this trail are not compared."""
    columns = _trail_columns(model, trail)
    table, key = model._meta.db_table, f'stored."{trail.key_column}"'
    names = ", ".join(f'"{name}"' for name in columns)
    cases = ", ".join(
        f'CASE WHEN stored."{name}" IS DISTINCT FROM event."{name}" THEN \'{name}\' END' for name in columns
    )
    is_different = " OR ".join(f'stored."{name}" IS DISTINCT FROM event."{name}"' for name in columns)
    sql = f"""
        SELECT event.pgh_obj_id, event.pgh_label = 'delete', {key} IS NULL, array_remove(ARRAY[{cases}], NULL)
        FROM (
            SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, pgh_label, {names} FROM "{trail._meta.db_table}"
            ORDER BY pgh_obj_id, pgh_id DESC
        ) AS event
        LEFT JOIN "{table}" AS stored ON {key}{trail.key_cast} = event.pgh_obj_id
        WHERE CASE WHEN event.pgh_label = 'delete' THEN {key} IS NOT NULL ELSE {key} IS NULL OR {is_different} END
    """
    for obj_id, is_deleted, is_missing, differing in _stream(sql):
        problem = DELETED if is_deleted else NOT_IN_TABLE if is_missing else ", ".join(differing)
        yield TrailMismatch(table, str(obj_id), problem)


def _keys_with_events(trail: type[Model], keys: Collection[Any]) -> Iterator[Any]:
    return trail.objects.filter(pgh_obj_id__in=keys).values_list("pgh_obj_id", flat=True).distinct().iterator()


def _without_origin(model: type[Model], replayed: "_KeySet | None") -> Iterator[TrailMismatch]:
    """The rows that neither an event nor a replay explains."""
    table, trail = model._meta.db_table, model.trail_model
    key = f'stored."{trail.key_column}"'
    sql = f"""
        SELECT {key} FROM "{table}" AS stored
        WHERE NOT EXISTS (SELECT FROM "{trail._meta.db_table}" WHERE pgh_obj_id = {key}{trail.key_cast})
    """
    for (row_key,) in _stream(sql):
        if replayed is None or row_key not in replayed:
            yield TrailMismatch(table, str(row_key), NOT_IN_TRAIL)


def _stream(sql: str) -> Iterator[tuple]:
    """The rows of a query through a cursor on the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(2_000):
            yield from rows


class _KeySet:
    """A set of positive integers, one bit each: keys come from sequences and are dense."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, key: int) -> None:
        index, bit = divmod(key, 8)
        if index >= len(self._bits):
            self._bits.extend(bytes(max(index + 1 - len(self._bits), len(self._bits))))
        self._bits[index] |= 1 << bit

    def __contains__(self, key: int) -> bool:
        index, bit = divmod(key, 8)
        return index < len(self._bits) and bool(self._bits[index] & 1 << bit)
