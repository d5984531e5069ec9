"""Rebuilds public documents and search rows, from trial data or from the tables.

Rows are copied into a staging table, then upserted with one statement per table. An unchanged document is not updated,
so `changed_at` is the time of its last change. A replaced document is kept as a version by the statement that replaces
it. The erasure of a person rebuilds the trials concerned (`publishing.erasure`).
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
from common.advisory_locks import LockKey, lock_transaction
from common.localized import stored_language
from publishing.derived_values import derive_values
from publishing.documents import build_document
from publishing.models import StaleMark, TrialDocument
from publishing.search.index import SearchIndexEntry, build_index_entry
from publishing.search.lookups import CONFIG
from publishing.search.synonyms import InterventionSynonym, synonyms_of_interventions
from publishing.trial_data import FACILITY_COLUMNS, Row, TrialData, add_facility_names, load_trial_data
from sites.models import Facility
from sites.places.facility_points import derive_points
from trials.models import Trial


class PublishedTrial(NamedTuple):
    """The published values of one trial."""

    row: SearchIndexEntry
    document: str
    digest: str
    rebuild_on: date | None
    other_names: list[InterventionSynonym]


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
#: What else than texts changed from one document to the next: [before, after], or true for contacts.
_CHANGES = """
    jsonb_strip_nulls(jsonb_build_object(
        'overall_status', CASE WHEN before ->> 'overall_status' <> after ->> 'overall_status'
            THEN jsonb_build_array(before -> 'overall_status', after -> 'overall_status') END,
        'enrollment_count', CASE WHEN before ->> 'enrollment_count' IS DISTINCT FROM after ->> 'enrollment_count'
            THEN jsonb_build_array(before -> 'enrollment_count', after -> 'enrollment_count') END,
        'contacts', CASE WHEN before -> 'central_contacts' <> after -> 'central_contacts'
            OR jsonb_path_query_array(before, '$.sites[*].contacts[*]')
                <> jsonb_path_query_array(after, '$.sites[*].contacts[*]') THEN true END
    ))
"""
_DOCUMENTS = f"""
    WITH replaced AS (
        INSERT INTO publishing_documentversion
            (trial_id, is_public, document, digest, published_at, replaced_at, changes)
        SELECT trial_id, old.is_public, old.document, old.digest, old.changed_at, statement_timestamp(), {_CHANGES}
        FROM publishing_trialdocument AS old JOIN publishing_staged AS staged USING (trial_id)
        CROSS JOIN LATERAL (SELECT old.document::jsonb AS before, staged.document::jsonb AS after) AS documents
        WHERE (old.digest, old.is_public) <> (staged.digest, staged.is_public)
    )
    INSERT INTO publishing_trialdocument AS old (trial_id, is_public, document, digest, changed_at, rebuild_on)
    SELECT trial_id, is_public, document, digest, statement_timestamp(), rebuild_on FROM publishing_staged
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
    SELECT trial_id, {_SEARCH_COLUMNS.removesuffix(", words")}, {_WEIGHTS} || array_to_tsvector(terms)
    FROM publishing_staged
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
    """Insert or update the published rows. Must run inside a transaction."""
    cursor.execute(_STAGE)
    cursor.execute("TRUNCATE publishing_staged")
    names: list[InterventionSynonym] = []
    with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
        for trial in published:
            copy.write_row((*_row_values(trial.row), trial.document, trial.digest, trial.rebuild_on))
            names += trial.other_names
    cursor.execute(_DOCUMENTS)
    cursor.execute(_ROWS)
    cursor.execute(_DELETE_NAMES)
    cursor.execute(_NAMES, [list(column) for column in zip(*names, strict=True)] or [[], [], []])


CHUNK = 500
#: Number of trials from which indexing is deferred (`optimize_tables`).
BULK_THRESHOLD = 200


#: Advisory locks: one process rebuilds at a time; bulk publishing holds the other one, shared.
def publish_trial_data(trials: Iterable[TrialData], *, on: date | None = None) -> None:
    """Publish trials inserted by the current transaction, from their data.

    For the importer, after it inserted the rows. Facilities that changed since the importer read them are reloaded.
    Call `optimize_tables` after the last of many calls.
    """
    trials = list(trials)
    if not trials:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        lock_transaction(LockKey.BULK_PUBLISH, is_shared=True)
        if len(trials) >= BULK_THRESHOLD:
            cursor.execute("SET LOCAL gin_pending_list_limit = '128MB'")
        _refresh_facilities(cursor, trials)
        add_facility_names(trials)
        derive_points(_facilities_without_point(trials))
        write_published(cursor, _build_published(trials, on or dates.today()))


def publish(trial_ids: Iterable[int], *, on: date | None = None) -> int:
    """Rebuild trials from the tables; returns the number of existing ones. Waits for a concurrent rebuild."""
    ids = set(trial_ids)
    with transaction.atomic():
        lock_transaction(LockKey.REBUILD)
        return rebuild(ids, on=on or dates.today())


def publish_all(*, on: date | None = None) -> Iterator[int]:
    """Rebuild all trials, one transaction per chunk; yields the number of trials of each chunk."""
    documents = TrialDocument.objects.order_by().values_list("pk", flat=True)
    ids = iter(sorted({*Trial.objects.order_by().values_list("pk", flat=True), *documents}))
    while chunk := list(islice(ids, CHUNK)):
        yield publish(chunk, on=on)


def optimize_tables() -> None:
    """After many writes: flush the GIN pending list and analyze the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('row_words')")
        cursor.execute("ANALYZE publishing_trialrow")
        cursor.execute("ANALYZE publishing_trialdocument")
        cursor.execute("ANALYZE publishing_othername")


def rebuild(trial_ids: Iterable[int], *, on: date) -> int:
    """Like `publish`, for a caller that holds the lock.

    Marks are deleted before the rows are read: a change committed in between is included, a later one leaves a
    new mark.
    """
    ids = list(trial_ids)
    StaleMark.objects.filter(kind=StaleMark.Kind.TRIAL, row_id__in=ids).delete()
    trials = load_trial_data(ids)
    deleted_ids = set(ids) - trials.keys()
    with connection.cursor() as cursor:
        if deleted_ids:
            cursor.execute("DELETE FROM publishing_trialdocument WHERE trial_id = ANY(%s)", [list(deleted_ids)])
            cursor.execute("DELETE FROM publishing_documentversion WHERE trial_id = ANY(%s)", [list(deleted_ids)])
            cursor.execute("DELETE FROM publishing_trialrow WHERE trial_id = ANY(%s)", [list(deleted_ids)])
            cursor.execute("DELETE FROM publishing_othername WHERE trial_id = ANY(%s)", [list(deleted_ids)])
        write_published(cursor, _build_published(trials.values(), on))
    derive_points(site["facility"] for trial_data in trials.values() for site in trial_data.sites)
    return len(trials)


def _build_published(trials: Iterable[TrialData], on: date) -> Iterator[PublishedTrial]:
    for trial_data in trials:
        with stored_language():
            derived = derive_values(trial_data, on=on)
            document = build_document(trial_data, derived)
            row: SearchIndexEntry = build_index_entry(trial_data, derived)
        digest = blake2b(document, digest_size=16).hexdigest()
        yield PublishedTrial(row, document.decode(), digest, derived.rebuild_on, synonyms_of_interventions(trial_data))


def _facilities_without_point(trials: Iterable[TrialData]) -> Iterator[Row]:
    for trial_data in trials:
        yield from (site["facility"] for site in trial_data.sites if site["facility"]["latitude"] is None)


def _refresh_facilities(cursor, trials: list[TrialData]) -> None:
    """Reload facilities that changed since the importer read them."""
    facilities = {site["facility_id"]: site["facility"] for trial_data in trials for site in trial_data.sites}
    versions = [facility["version"] for facility in facilities.values()]
    cursor.execute(
        "SELECT facility.id FROM sites_facility AS facility "
        "JOIN unnest(%s::bigint[], %s::int[]) AS known (id, version) USING (id) "
        "WHERE facility.version <> known.version",
        [list(facilities), versions],
    )
    changed = [pk for (pk,) in cursor.fetchall()]
    reloaded = Facility.objects.filter(pk__in=changed).order_by().values(*FACILITY_COLUMNS) if changed else ()
    current = {row["id"]: row for row in reloaded}
    for site in (site for trial_data in trials for site in trial_data.sites):
        site["facility"] = current.get(site["facility_id"], site["facility"])
