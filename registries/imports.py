"""Imports an uploaded file in two steps (preview, apply), and applies or discards held records."""

import io
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from registries.choices import HeldDecision
from registries.ctgov.importing.run import import_records
from registries.ctgov.parser import record_hash
from registries.ctgov.source_files import RawRecord, iter_records
from registries.models import ImportRun, QuarantinedRecord, RegistryLink


def preview_upload(*, content: bytes, name: str, author: str) -> ImportRun:
    """Run an uploaded file dry. The run has the preview and stores the file until it is applied."""
    run = import_records(iter_records(named_stream(content, name)), source=name, author=author, dry=True)
    run.upload = content
    run.save(update_fields=["upload"])
    return run


def apply_preview(preview: ImportRun, *, author: str, reason: str = "") -> ImportRun:
    """Import the file of a dry run. ValueError when it was applied before."""
    claimed_rows = ImportRun.objects.filter(pk=preview.pk, upload__isnull=False).update(upload=None)
    if not claimed_rows:
        raise ValueError("This file was applied already.")
    return import_records(records_of_upload(preview), source=preview.source, author=author, reason=reason)


@transaction.atomic
def apply_held_record(record: QuarantinedRecord, *, author: str, reason: str) -> ImportRun:
    """Import a held record. ValidationError when it is decided, superseded or rejected."""
    current = _lock_open(record, reason)
    if is_superseded(current):
        raise ValidationError("A newer version of this trial was imported. Discard this record.", code="superseded")
    raw = RawRecord(current.place, bytes(current.received))
    accepted = {record_hash(raw.received)}
    run = import_records([raw], source=current.run.source, author=author, reason=reason, accepted=accepted)
    if run.quarantined:
        raise ValidationError(run.quarantined_records.get().reason, code="rejected")
    _record_decision(current, HeldDecision.APPLIED, author, reason)
    return run


@transaction.atomic
def discard_held_record(record: QuarantinedRecord, *, author: str, reason: str) -> None:
    """Discard a held record: the same record counts as unchanged in later imports. ValidationError."""
    _record_decision(_lock_open(record, reason), HeldDecision.DISCARDED, author, reason)


def is_superseded(record: QuarantinedRecord) -> bool:
    """Whether another record of the trial was imported after it."""
    return RegistryLink.objects.filter(nct_id=record.nct_id, latest__run__gt=record.run_id).exists()


def _lock_open(record: QuarantinedRecord, reason: str) -> QuarantinedRecord:
    current = QuarantinedRecord.objects.select_for_update(of=("self",)).select_related("run").get(pk=record.pk)
    if not current.is_held or current.decision:
        raise ValidationError("This record was applied or discarded already.", code="decided")
    if not reason.strip():
        raise ValidationError("Enter a reason for the change.", code="reason")
    return current


def _record_decision(record: QuarantinedRecord, decision: HeldDecision, author: str, reason: str) -> None:
    """Save the decision for this record in all runs that held it."""
    same = QuarantinedRecord.objects.filter(nct_id=record.nct_id, digest=record.digest, decision="").held()
    same.update(decision=decision, decided_by=author, decided_at=timezone.now(), decision_reason=reason.strip())


def records_of_upload(preview: ImportRun) -> Iterator[RawRecord]:
    """The records of the file that a dry run stores."""
    return iter_records(named_stream(bytes(preview.upload), preview.source))


def named_stream(content: bytes, name: str) -> io.BytesIO:
    """A stream with a file name, for the places of records in messages."""
    stream = io.BytesIO(content)
    stream.name = name
    return stream
