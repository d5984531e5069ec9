"""Runs an import: `import_records` imports the records of a source in batches and saves the run."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from itertools import islice

from django.db import transaction
from django.utils import timezone

from common.advisory_locks import LockKey, session_lock
from history import authored
from publishing.rebuild import optimize_tables
from registries.ctgov.importing.batch import BatchImporter, StudyImportResult
from registries.ctgov.importing.studies import analyze_tables
from registries.ctgov.new_study_rows import AUTHOR
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun

BATCH_SIZE = 500
ANALYZE_THRESHOLD = 200  # number of new studies from which on tables are analyzed and the search index is optimized


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

    `author` is the actor key of the user or process. With `dry`, only the run and its report are saved. `accepted` are
    the digests of incomplete records to import all the same. One import runs at a time; a second one waits. `progress`
    is called with the counts so far after each batch.
    """
    counts: Counter[str] = Counter()
    state = ImportRun.State.FAILED
    with authored(author, reason=reason or f"Import of {source}"), session_lock(LockKey.IMPORT):
        run = _start_run(author=author, source=source, is_dry=dry)
        importer, stream = BatchImporter(run, timezone.now(), accepted), iter(records)
        try:
            while batch := list(islice(stream, BATCH_SIZE)):
                counts += _import_batch(importer, batch, dry)
                progress(counts)
            state = ImportRun.State.DONE
            if counts["created"] >= ANALYZE_THRESHOLD and not dry:
                analyze_tables()
                optimize_tables()
        finally:
            _finish_run(run, state, counts, importer.outcomes)
    return run


def _start_run(**fields) -> ImportRun:
    """A new run. Under the lock, a run that is still marked as running was killed: mark it as failed."""
    killed = ImportRun.objects.filter(state=ImportRun.State.RUNNING)
    killed.update(state=ImportRun.State.FAILED, ended_at=timezone.now())
    return ImportRun.objects.create(**fields)


def _import_batch(importer: BatchImporter, batch: list[RawRecord], dry: bool) -> Counter[str]:
    with transaction.atomic():
        counts = importer.import_batch(batch)
        transaction.set_rollback(dry)
    if dry:
        importer.reset_after_rollback()
    importer.quarantine_rejected()
    return counts


def _finish_run(run: ImportRun, state: str, counts: Counter[str], outcomes: list[StudyImportResult]) -> None:
    run.state, run.ended_at = state, timezone.now()
    run.report = [asdict(outcome) for outcome in outcomes]
    for name in ("created", "updated", "unchanged", "quarantined"):
        setattr(run, name, counts[name])
    run.save()
