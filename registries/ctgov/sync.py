"""Synchronizes the followed trials with the registry: finds those that changed there and imports them.

Every trial with a registry record is followed. For each batch of numbers, the last update posted dates are requested
first, then the records whose date differs from ours. `SyncRun.position` saves the progress, so that an interrupted
check continues from there.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

import orjson
from django.utils import timezone

from common.advisory_locks import LockKey, session_lock
from registries.ctgov import client, parser, source_files
from registries.ctgov.importing.run import import_records
from registries.models import ImportRun, RegistryLink, StudyVersion, SyncRun

BATCH_SIZE = 100
"""NCT numbers in one request."""
RECORDS_PER_REQUEST = 20
"""Complete records in one request; each has up to a million characters."""
FIELDS = ("NCTId", "LastUpdatePostDate")
RESUME_WINDOW = timedelta(days=1)
"""An interrupted check that is older starts again from the beginning."""
AUTHOR = "import:ctgov"

ProgressCallback = Callable[[Counter[str]], None]


class AlreadyRunning(Exception):  # noqa: N818 (a state, not an error)
    """Another check is running."""


def sync_studies(
    nct_ids: Sequence[str] = (),
    *,
    batch: int = BATCH_SIZE,
    progress: ProgressCallback = lambda counts: None,
    report: Callable[[ImportRun], None] = lambda run: None,
) -> SyncRun:
    """Check the given trials, or all that are followed; returns the finished run. `report` is called with each import.

    SourceError when the registry stays unavailable: completed batches are kept, and the next call continues.
    AlreadyRunning when another check runs.
    """
    with session_lock(LockKey.REGISTRY_SYNC, wait=False) as is_locked:
        if not is_locked:
            raise AlreadyRunning("Another check of the registry is running.")
        run = _start_or_resume(sorted(set(nct_ids)))
        run.state = SyncRun.State.FAILED
        try:
            for numbers in _batches(run, batch):
                _check(run, numbers, report)
                progress(run.counts)
            run.state = SyncRun.State.DONE
        finally:
            run.ended_at = timezone.now()
            run.save(update_fields=["state", "ended_at"])
    return run


def _start_or_resume(requested_ids: list[str]) -> SyncRun:
    """The last check if it was interrupted, is recent and has the same numbers; else a new one."""
    last = SyncRun.objects.order_by("-pk").first()
    is_open = last is not None and last.state != SyncRun.State.DONE and last.requested_nct_ids == requested_ids
    if last and is_open and last.started_at > timezone.now() - RESUME_WINDOW:
        SyncRun.objects.filter(pk=last.pk).update(state=SyncRun.State.RUNNING, ended_at=None)
        return last
    SyncRun.objects.filter(state=SyncRun.State.RUNNING).update(state=SyncRun.State.FAILED, ended_at=timezone.now())
    return SyncRun.objects.create(requested_nct_ids=requested_ids)


def _batches(run: SyncRun, size: int) -> Iterator[list[str]]:
    """The remaining numbers, in order, in batches."""
    followed = RegistryLink.objects.order_by("nct_id")
    if run.requested_nct_ids:
        followed = followed.filter(nct_id__in=run.requested_nct_ids)
    numbers = followed.filter(nct_id__gt=run.position).values_list("nct_id", flat=True)
    remaining = iter(list(numbers))
    while batch := list(islice(remaining, size)):
        yield batch


def _check(run: SyncRun, numbers: list[str], report: Callable[[ImportRun], None]) -> None:
    """Check one batch and save the progress."""
    remote = _remote_dates(numbers)
    local = _local_dates(numbers)
    changed = [number for number in numbers if number in remote and remote[number] != local.get(number)]
    run.checked += len(numbers)
    run.missing += len(set(numbers) - set(remote))
    run.unchanged += len(set(numbers) & set(remote)) - len(changed)
    if changed:
        report(_import_changed(run, changed))
    run.position = numbers[-1]
    run.save(update_fields=["position", "checked", *run.counts])


def _import_changed(run: SyncRun, changed: list[str]) -> ImportRun:
    import_run = import_records(_records(changed), source="Check of the registry", author=AUTHOR)
    for name in ("created", "updated", "unchanged", "quarantined"):
        setattr(run, name, getattr(run, name) + getattr(import_run, name))
    return import_run


def _records(numbers: Sequence[str]) -> Iterator[source_files.RawRecord]:
    for start in range(0, len(numbers), RECORDS_PER_REQUEST):
        for url, body in client.fetch_pages(numbers[start : start + RECORDS_PER_REQUEST]):
            page = io.BytesIO(body)
            page.name = url
            yield from source_files.iter_records(page)


def _remote_dates(numbers: Sequence[str]) -> dict[str, str]:
    """NCT number → last update posted date at the registry."""
    dates = {}
    for _, body in client.fetch_pages(numbers, fields=FIELDS):
        for study in orjson.loads(body)["studies"]:
            protocol = study.get("protocolSection", {})
            number = protocol.get("identificationModule", {}).get("nctId", "")
            dates[number] = protocol.get("statusModule", {}).get("lastUpdatePostDateStruct", {}).get("date", "")
    return dates


def _local_dates(numbers: Sequence[str]) -> dict[str, str]:
    """NCT number → last update posted date in the last imported record."""
    latest = StudyVersion.objects.filter(latest_of__nct_id__in=numbers).order_by()
    records = latest.values_list("latest_of__nct_id", "received")
    return {number: _posted_date(received) for number, received in records}


def _posted_date(received: str) -> str:
    return parser.read_study(received.encode()).protocol_section.status_module.last_update_post_date_struct.date
