"""Importing records: `import_records` takes whatever a source yields in, in batches, and notes the run."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from history import authored
from publishing.rebuild import settle
from registries.ctgov.importing.batch import Batches, Outcome
from registries.ctgov.importing.create import count_rows_anew
from registries.ctgov.new_study_rows import AUTHOR
from registries.ctgov.source_files import Raw
from registries.models import ImportRun

BATCH = 500
MANY = 200  # new studies after which statistics and the search index are put in order
_ONE_AT_A_TIME = 0x517E11  # the key of the advisory lock that importers share


def import_records(
    records: Iterable[Raw],
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
    with authored(author, reason=reason or f"Import of {source}"), _alone():
        run = _begun(author=author, source=source, is_dry=dry)
        batches, stream = Batches(run, timezone.now(), accepted), iter(records)
        try:
            while batch := list(islice(stream, BATCH)):
                counts += _taken_in(batches, batch, dry)
                progress(counts)
            state = ImportRun.State.DONE
            if counts["created"] >= MANY and not dry:
                count_rows_anew()
                settle()
        finally:
            _end(run, state, counts, batches.outcomes)
    return run


def _begun(**said) -> ImportRun:
    """A new run. One that still runs although nobody else can was killed."""
    killed = ImportRun.objects.filter(state=ImportRun.State.RUNNING)
    killed.update(state=ImportRun.State.FAILED, ended_at=timezone.now())
    return ImportRun.objects.create(**said)


def _taken_in(batches: Batches, batch: list[Raw], dry: bool) -> Counter[str]:
    with transaction.atomic():
        counts = batches.take_in(batch)
        transaction.set_rollback(dry)
    if dry:
        batches.forget()
    batches.keep_refused()
    return counts


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other import runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def _end(run: ImportRun, state: str, counts: Counter[str], outcomes: list[Outcome]) -> None:
    run.state, run.ended_at = state, timezone.now()
    run.report = [asdict(outcome) for outcome in outcomes]
    for name in ("created", "updated", "unchanged", "quarantined"):
        setattr(run, name, counts[name])
    run.save()
