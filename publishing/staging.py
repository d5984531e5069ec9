"""Documents and search rows into their tables, many at once: COPY into a staging table, then one upsert each.

A document that says what it said before is not touched, so `changed_at` tells when it last became another one.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from django.db import connection

from publishing.lookups import CONFIG
from publishing.other_names import OtherName
from publishing.rows import SearchRow


class Published(NamedTuple):
    """What is written of one trial."""

    row: SearchRow
    document: str
    digest: str
    rebuild_on: date | None
    other_names: list[OtherName]


_TYPES = {
    "trial_id": "bigint",
    "is_public": "boolean",
    "sites_total": "int",
    "sites_recruiting": "int",
    "sites_open": "int",
    "sites_ahead": "int",
    "sites_held_back": "int",
    "open_confirmed_on": "date[]",
    "youngest": "float8",
    "oldest": "float8",
    "terms": "text[]",
    "rebuild_on": "date",
}
_COLUMNS = [*(field.name for field in fields(SearchRow)), "document", "digest", "rebuild_on"]
_row_values = attrgetter(*(field.name for field in fields(SearchRow)))

_STAGE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS publishing_staged (
        {", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _COLUMNS)}
    ) ON COMMIT DELETE ROWS
"""
_COPY = f"COPY publishing_staged ({', '.join(_COLUMNS)}) FROM STDIN"
_DOCUMENTS = """
    INSERT INTO publishing_trialdocument AS old (trial_id, is_public, document, digest, changed_at, rebuild_on)
    SELECT trial_id, is_public, document, digest, clock_timestamp(), rebuild_on FROM publishing_staged
    ON CONFLICT (trial_id) DO UPDATE SET
        is_public = EXCLUDED.is_public, document = EXCLUDED.document, digest = EXCLUDED.digest,
        rebuild_on = EXCLUDED.rebuild_on,
        changed_at = CASE WHEN (old.digest, old.is_public) = (EXCLUDED.digest, EXCLUDED.is_public)
            THEN old.changed_at ELSE EXCLUDED.changed_at END
    WHERE (old.digest, old.is_public, old.rebuild_on)
        IS DISTINCT FROM (EXCLUDED.digest, EXCLUDED.is_public, EXCLUDED.rebuild_on)
"""
_SHOWN = (
    "is_public, updated_on, status, sites_total, sites_recruiting, sites_open, sites_ahead, sites_held_back, "
    "open_confirmed_on, youngest, oldest, words"
)
_WEIGHTS = " || ".join(
    f"setweight(to_tsvector('{CONFIG}', words_{letter.lower()}), '{letter}')" for letter in ("A", "B", "C", "D")
)
_ROWS = f"""
    INSERT INTO publishing_trialrow AS old (trial_id, {_SHOWN})
    SELECT trial_id, {_SHOWN.removesuffix(", words")}, {_WEIGHTS} || array_to_tsvector(terms) FROM publishing_staged
    ON CONFLICT (trial_id) DO UPDATE SET
        ({_SHOWN}) = ROW ({", ".join(f"EXCLUDED.{name}" for name in _SHOWN.split(", "))})
    WHERE ({", ".join(f"old.{name}" for name in _SHOWN.split(", "))})
        IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _SHOWN.split(", "))})
"""
_FORGET_NAMES = "DELETE FROM publishing_othername WHERE trial_id IN (SELECT trial_id FROM publishing_staged)"
_NAMES = """
    INSERT INTO publishing_othername (trial_id, name, other) SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
"""


def write(cursor, published: Iterable[Published]) -> None:
    """Insert or bring up to date. Inside a transaction."""
    cursor.execute(_STAGE)
    cursor.execute("TRUNCATE publishing_staged")
    names: list[OtherName] = []
    with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
        for trial in published:
            copy.write_row((*_row_values(trial.row), trial.document, trial.digest, trial.rebuild_on))
            names += trial.other_names
    cursor.execute(_DOCUMENTS)
    cursor.execute(_ROWS)
    cursor.execute(_FORGET_NAMES)
    cursor.execute(_NAMES, [list(column) for column in zip(*names, strict=True)] or [[], [], []])
