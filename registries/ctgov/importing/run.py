"""Importing records: `import_records` takes whatever a source yields in, in batches, and notes the run."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from history import authored
from publishing.rebuild import optimize_tables
from registries.ctgov.importing.batch import BatchImporter, StudyImportResult
from registries.ctgov.importing.create import analyze_tables
from registries.ctgov.new_study_rows import AUTHOR
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun

BATCH_SIZE = 500
ANALYZE_THRESHOLD = 200  # new studies after which statistics and the search index are put in order
_IMPORT_LOCK_KEY = 0x517E11  # the key of the advisory lock that importers share


def import_records(
    records: Iterable[RawRecord],
    *,
    source: str,
    author: str = AUTHOR,
    reason: str = "",
    dry: bool = False,
    accepted: Collection[bytes] = (),
    progress: Callable[[Counter[str]], None] = lambda counts: None,
) -> ImportRun:
    """Import records and return the finished run, with its counts and quarantined records.

    `author` is the key of who asks for it. With `dry` the run tells what would change, and only the run is kept.
    `accepted` are digests of records that go in although they are only a part of one. One import runs at a time; a
    second one waits. `progress` gets the counts so far after each batch.
    """
    counts: Counter[str] = Counter()
    state = ImportRun.State.FAILED
    with authored(author, reason=reason or f"Import of {source}"), _import_lock():
        run = _start_run(author=author, source=source, is_dry=dry)
        batches, stream = BatchImporter(run, timezone.now(), accepted), iter(records)
        try:
            while batch := list(islice(stream, BATCH_SIZE)):
                counts += _import_batch(batches, batch, dry)
                progress(counts)
            state = ImportRun.State.DONE
            if counts["created"] >= ANALYZE_THRESHOLD and not dry:
                analyze_tables()
                optimize_tables()
        finally:
            _finish_run(run, state, counts, batches.outcomes)
    return run


def _start_run(**fields) -> ImportRun:
    """A new run. One that still runs although nobody else can was killed."""
    killed = ImportRun.objects.filter(state=ImportRun.State.RUNNING)
    killed.update(state=ImportRun.State.FAILED, ended_at=timezone.now())
    return ImportRun.objects.create(**fields)


def _import_batch(batches: BatchImporter, batch: list[RawRecord], dry: bool) -> Counter[str]:
    with transaction.atomic():
        counts = batches.import_batch(batch)
        transaction.set_rollback(dry)
    if dry:
        batches.reset_after_rollback()
    batches.quarantine_rejected()
    return counts


@contextmanager
def _import_lock() -> Iterator[None]:
    """Wait until no other import runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_IMPORT_LOCK_KEY])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_IMPORT_LOCK_KEY])


def _finish_run(run: ImportRun, state: str, counts: Counter[str], outcomes: list[StudyImportResult]) -> None:
    run.state, run.ended_at = state, timezone.now()
    run.report = [asdict(outcome) for outcome in outcomes]
    for name in ("created", "updated", "unchanged", "quarantined"):
        setattr(run, name, counts[name])
    run.save()
