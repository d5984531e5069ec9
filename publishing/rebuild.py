"""Writing the read side: from bundles, or from the tables.

Documents and search rows into their tables, many at once: COPY into a staging table, then one upsert each.

A document that says what it said before is not touched, so `changed_at` tells when it last became another one.

When a person is erased, what is published is made anew before anybody reads it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from django.db import connection, transaction

from common import dates
from contacts.erasure.registry import ErasureRequest, register_eraser
from publishing.derived_values import derive_values
from publishing.documents import build_document
from publishing.models import StaleMark, TrialDocument
from publishing.search.index import SearchIndexEntry, build_index_entry
from publishing.search.lookups import CONFIG
from publishing.search.other_names import OtherName, other_names_of
from publishing.trial_data import FACILITY_COLUMNS, TrialData, load_trial_data
from sites.models import Facility
from trials.models import Trial


class PublishedTrial(NamedTuple):
    """What is written of one trial."""

    row: SearchIndexEntry
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
_COLUMNS = [*(field.name for field in fields(SearchIndexEntry)), "document", "digest", "rebuild_on"]
_row_values = attrgetter(*(field.name for field in fields(SearchIndexEntry)))

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
_SEARCH_COLUMNS = (
    "is_public, updated_on, status, sites_total, sites_recruiting, sites_open, sites_ahead, sites_held_back, "
    "open_confirmed_on, youngest, oldest, words"
)
_WEIGHTS = " || ".join(
    f"setweight(to_tsvector('{CONFIG}', words_{letter.lower()}), '{letter}')" for letter in ("A", "B", "C", "D")
)
_ROWS = f"""
    INSERT INTO publishing_trialrow AS old (trial_id, {_SEARCH_COLUMNS})
    SELECT trial_id, {_SEARCH_COLUMNS.removesuffix(", words")}, {_WEIGHTS} || array_to_tsvector(terms) FROM publishing_staged
    ON CONFLICT (trial_id) DO UPDATE SET
        ({_SEARCH_COLUMNS}) = ROW ({", ".join(f"EXCLUDED.{name}" for name in _SEARCH_COLUMNS.split(", "))})
    WHERE ({", ".join(f"old.{name}" for name in _SEARCH_COLUMNS.split(", "))})
        IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _SEARCH_COLUMNS.split(", "))})
"""
_DELETE_NAMES = "DELETE FROM publishing_othername WHERE trial_id IN (SELECT trial_id FROM publishing_staged)"
_NAMES = """
    INSERT INTO publishing_othername (trial_id, name, other) SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
"""


def write_published(cursor, published: Iterable[PublishedTrial]) -> None:
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
    cursor.execute(_DELETE_NAMES)
    cursor.execute(_NAMES, [list(column) for column in zip(*names, strict=True)] or [[], [], []])


CHUNK = 500
#: From here on it pays to index words later and all at once (`settle`).
BULK_THRESHOLD = 200
#: Advisory locks: one rebuilds at a time; whoever publishes what it just inserted holds the other one, shared.
REBUILD_LOCK, BULK_PUBLISH_LOCK = 7_420_001, 7_420_002


def publish_trial_data(trials: Iterable[TrialData], *, on: date | None = None) -> None:
    """Publish trials that the running transaction inserted, from their bundles.

    For the importer, inside the transaction and after the rows. A facility that was renamed since the importer read it
    is taken as it is now. After the last of many calls, `settle()`.
    """
    trials = list(trials)
    if not trials:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [BULK_PUBLISH_LOCK])
        if len(trials) >= BULK_THRESHOLD:
            cursor.execute("SET LOCAL gin_pending_list_limit = '128MB'")
        _refresh_facilities(cursor, trials)
        write_published(cursor, _build_published(trials, on or dates.today()))


def publish(trial_ids: Iterable[int], *, on: date | None = None) -> int:
    """Rebuild some trials from the tables; returns how many there still are. Waits for others who rebuild."""
    wanted = set(trial_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REBUILD_LOCK])
        return rebuild(wanted, on=on or dates.today())


def publish_all(*, on: date | None = None) -> Iterator[int]:
    """Rebuild everything, a chunk a transaction; yields how many trials each chunk had."""
    documents = TrialDocument.objects.order_by().values_list("pk", flat=True)
    ids = iter(sorted({*Trial.objects.order_by().values_list("pk", flat=True), *documents}))
    while chunk := list(islice(ids, CHUNK)):
        yield publish(chunk, on=on)


def optimize_tables() -> None:
    """After many rows were written: index what waits to be indexed and count words anew, so that search stays fast."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('row_words')")
        cursor.execute("ANALYZE publishing_trialrow")
        cursor.execute("ANALYZE publishing_trialdocument")
        cursor.execute("ANALYZE publishing_othername")


def rebuild(trial_ids: Iterable[int], *, on: date) -> int:
    """The work of `publish`, for a caller who holds the lock.

    The marks go first and the rows are read after: what commits in between has gone into the rows that are read, what
    commits later leaves a mark that stays.
    """
    ids = list(trial_ids)
    StaleMark.objects.filter(kind=StaleMark.Kind.TRIAL, row_id__in=ids).delete()
    bundles = load_trial_data(ids)
    gone = set(ids) - bundles.keys()
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM publishing_trialdocument WHERE trial_id = ANY(%s)", [list(gone)])
            cursor.execute("DELETE FROM publishing_trialrow WHERE trial_id = ANY(%s)", [list(gone)])
            cursor.execute("DELETE FROM publishing_othername WHERE trial_id = ANY(%s)", [list(gone)])
        write_published(cursor, _build_published(bundles.values(), on))
    return len(bundles)


def _build_published(trials: Iterable[TrialData], on: date) -> Iterator[PublishedTrial]:
    for bundle in trials:
        facts = derive_values(bundle, on=on)
        document = build_document(bundle, facts)
        row: SearchIndexEntry = build_index_entry(bundle, facts)
        digest = blake2b(document, digest_size=16).hexdigest()
        yield PublishedTrial(row, document.decode(), digest, facts.rebuild_on, other_names_of(bundle))


def _refresh_facilities(cursor, trials: list[TrialData]) -> None:
    """The importer keeps the facilities it met; those that changed since are read again."""
    known = {site["facility_id"]: site["facility"] for bundle in trials for site in bundle.sites}
    versions = [facility["version"] for facility in known.values()]
    cursor.execute(
        "SELECT facility.id FROM sites_facility AS facility "
        "JOIN unnest(%s::bigint[], %s::int[]) AS known (id, version) USING (id) "
        "WHERE facility.version <> known.version",
        [list(known), versions],
    )
    changed = [pk for (pk,) in cursor.fetchall()]
    fresh = Facility.objects.filter(pk__in=changed).order_by().values(*FACILITY_COLUMNS) if changed else ()
    now = {row["id"]: row for row in fresh}
    for site in (site for bundle in trials for site in bundle.sites):
        site["facility"] = now.get(site["facility_id"], site["facility"])


@register_eraser
def republish(erasure: ErasureRequest) -> None:
    publish(erasure.trials)
