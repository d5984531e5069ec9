"""Writing the read side: from bundles, or from the tables."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from itertools import islice

from django.db import connection, transaction

from common import dates
from publishing.bundles import FACILITY_COLUMNS, Bundle, load_bundles
from publishing.documents import document_of
from publishing.facts import facts_of
from publishing.models import StaleMark, TrialDocument
from publishing.other_names import other_names_of
from publishing.rows import SearchRow, row_of
from publishing.staging import Published, write
from sites.models import Facility
from trials.models import Trial

CHUNK = 500
#: From here on it pays to index words later and all at once (`settle`).
MANY = 200
#: Advisory locks: one rebuilds at a time; whoever publishes what it just inserted holds the other one, shared.
REBUILDING, BULK_PUBLISHING = 7_420_001, 7_420_002


def publish_bundles(bundles: Iterable[Bundle], *, on: date | None = None) -> None:
    """Publish trials that the running transaction inserted, from their bundles.

    For the importer, inside the transaction and after the rows. A facility that was renamed since the importer read it
    is taken as it is now. After the last of many calls, `settle()`.
    """
    bundles = list(bundles)
    if not bundles:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [BULK_PUBLISHING])
        if len(bundles) >= MANY:
            cursor.execute("SET LOCAL gin_pending_list_limit = '128MB'")
        _take_facilities_as_they_are(cursor, bundles)
        write(cursor, _published(bundles, on or dates.today()))


def publish(trial_ids: Iterable[int], *, on: date | None = None) -> int:
    """Rebuild some trials from the tables; returns how many there still are. Waits for others who rebuild."""
    wanted = set(trial_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REBUILDING])
        return rebuild(wanted, on=on or dates.today())


def publish_all(*, on: date | None = None) -> Iterator[int]:
    """Rebuild everything, a chunk a transaction; yields how many trials each chunk had."""
    documents = TrialDocument.objects.order_by().values_list("pk", flat=True)
    ids = iter(sorted({*Trial.objects.order_by().values_list("pk", flat=True), *documents}))
    while chunk := list(islice(ids, CHUNK)):
        yield publish(chunk, on=on)


def settle() -> None:
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
    bundles = load_bundles(ids)
    gone = set(ids) - bundles.keys()
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM publishing_trialdocument WHERE trial_id = ANY(%s)", [list(gone)])
            cursor.execute("DELETE FROM publishing_trialrow WHERE trial_id = ANY(%s)", [list(gone)])
            cursor.execute("DELETE FROM publishing_othername WHERE trial_id = ANY(%s)", [list(gone)])
        write(cursor, _published(bundles.values(), on))
    return len(bundles)


def _published(bundles: Iterable[Bundle], on: date) -> Iterator[Published]:
    for bundle in bundles:
        facts = facts_of(bundle, on=on)
        document = document_of(bundle, facts)
        row: SearchRow = row_of(bundle, facts)
        digest = blake2b(document, digest_size=16).hexdigest()
        yield Published(row, document.decode(), digest, facts.rebuild_on, other_names_of(bundle))


def _take_facilities_as_they_are(cursor, bundles: list[Bundle]) -> None:
    """The importer keeps the facilities it met; those that changed since are read again."""
    known = {site["facility_id"]: site["facility"] for bundle in bundles for site in bundle.sites}
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
    for site in (site for bundle in bundles for site in bundle.sites):
        site["facility"] = now.get(site["facility_id"], site["facility"])
