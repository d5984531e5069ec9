"""Imports of uploaded and fetched records in two steps (preview, apply), held records, and new trials."""

import io
from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Assignment, AssignmentKind, User
from common import dates
from history.authorship import authored
from registries.choices import HeldDecision
from registries.ctgov import client, parser, source_files
from registries.ctgov.importing.run import import_records
from registries.models import ImportRun, QuarantinedRecord, RegistryLink
from trials.models import Trial
from trials.services import add_trial


def preview_upload(*, content: bytes, name: str, author: str) -> ImportRun:
    """Run an uploaded file dry. The run has the preview and stores the file until it is applied."""
    run = import_records(source_files.iter_records(named_stream(content, name)), source=name, author=author, dry=True)
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
    raw = source_files.RawRecord(current.place, bytes(current.received))
    accepted = {parser.record_hash(raw.received)}
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


def records_of_upload(preview: ImportRun) -> Iterator[source_files.RawRecord]:
    """The records of the file that a dry run stores."""
    return source_files.iter_records(named_stream(bytes(preview.upload), preview.source))


def named_stream(content: bytes, name: str) -> io.BytesIO:
    """A stream with a file name, for the places of records in messages."""
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def preview_fetched_trials(nct_ids: Sequence[str], *, user: User) -> ImportRun:
    """Fetch studies and run them dry; the run stores the fetched records. ValidationError, SourceError.

    Existing trials can be updated only by users who may edit them.
    """
    _reject_trials_of_others(nct_ids, user)
    content = b"\n".join(
        raw.received.replace(b"\n", b" ").replace(b"\r", b" ") for raw in client.fetch_studies(nct_ids)
    )
    return preview_upload(content=content, name=", ".join(nct_ids), author=user.actor)


def apply_fetched_trials(preview: ImportRun, *, user: User, reason: str = "") -> ImportRun:
    """Import the previewed records; the user becomes coordinator of new trials from today. ValidationError."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=preview.pk)
        if locked.upload is None:
            raise ValidationError("These records were applied already.", code="applied")
        _reject_trials_of_others([parser.find_nct_id(raw.received) for raw in records_of_upload(locked)], user)
        run = apply_preview(locked, author=user.actor, reason=reason)
        for trial in Trial.objects.filter(versions__run=run, versions__number=1):
            assign_as_coordinator(trial, user=user)
    return run


@transaction.atomic
def add_own_trial(*, user: User, reason: str = "", **values) -> Trial:
    """A trial entered manually, with the user as coordinator from today. ValidationError."""
    trial = add_trial(author=user.actor, reason=reason, **values)
    assign_as_coordinator(trial, user=user)
    return trial


def assign_as_coordinator(trial: Trial, *, user: User) -> None:
    """Assign the user as coordinator from today, unless they may edit the trial already."""
    if Trial.objects.editable_by(user).filter(pk=trial.pk).exists():
        return
    kind = AssignmentKind.TRIAL_COORDINATOR
    with authored(user.actor, reason="Added the trial"):
        Assignment.objects.create(user=user, trial=trial, kind=kind, starts_on=dates.today(), granted_by=user.actor)


def _reject_trials_of_others(nct_ids: Sequence[str], user: User) -> None:
    existing = Trial.objects.filter(nct_id__in=nct_ids)
    others = existing.exclude(pk__in=Trial.objects.editable_by(user).order_by().values("pk"))
    numbers = sorted(others.values_list("nct_id", flat=True))
    if numbers:
        raise ValidationError(
            f"{', '.join(numbers)}: exists already. Only its coordinators can update it.", code="not-yours"
        )
