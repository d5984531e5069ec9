"""What the database notes whenever something published changes, by whatever road.

Updates and deletes are noted once a statement. Inserts by row, because only then can the importer's bulk road, which
publishes what it inserts, be exempt without paying for a copy of every row.
"""

import pgtrigger

from history.triggers import BULK_INSERT_IS_OFF

_MARK = "INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT '{kind}', marked.id FROM ({ids}) AS marked"
_NOTHING_ELSE = "WHERE marked.id IS NOT NULL; RETURN NULL;"


def marks_on_insert(kind: str, of_row: str) -> pgtrigger.Trigger:
    """`of_row`: the marked id as SQL, from a row called `changed`."""
    row = "(SELECT NEW.*) AS changed"
    return pgtrigger.Trigger(
        name="publish_insert",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(BULK_INSERT_IS_OFF),
        func=_marking(kind, f"SELECT {of_row} AS id FROM {row}"),
    )


def marks_on_update(kind: str, of_row: str, key: str = "id") -> pgtrigger.Trigger:
    """Marks where a changed row was and where it is now."""
    pairs = f"old_values JOIN new_values USING ({key}) WHERE old_values IS DISTINCT FROM new_values"
    was = f"SELECT {of_row} AS id FROM (SELECT old_values.* FROM {pairs}) AS changed"
    became = f"SELECT {of_row} AS id FROM (SELECT new_values.* FROM {pairs}) AS changed"
    return pgtrigger.Trigger(
        name="publish_update",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_values", new="new_values"),
        func=_marking(kind, f"{was} UNION {became}"),
    )


def marks_on_delete(kind: str, of_row: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="publish_delete",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_values"),
        func=_marking(kind, f"SELECT {of_row} AS id FROM old_values AS changed"),
    )


def marks(kind: str, of_row: str) -> list[pgtrigger.Trigger]:
    """For every change of a row."""
    return [marks_on_insert(kind, of_row), marks_on_update(kind, of_row), marks_on_delete(kind, of_row)]


def _marking(kind: str, ids: str) -> str:
    return f"{_MARK.format(kind=kind, ids=ids)} {_NOTHING_ELSE}"
