"""Removes an erased person from received records, conflicts and imports, and declares their free-text fields."""

from collections.abc import Callable

import orjson
from django.db.models import Q

from contacts.erasure.erasers import ErasureRequest, register_eraser
from contacts.erasure.free_text.fields import FreeTextColumns, register_free_text
from registries.ctgov.redaction import redact_json, redact_record
from registries.models import Conflict, ImportRun, QuarantinedRecord, StudyVersion
from registries.services import records_of_upload
from trials.models import Trial

REDACTED_RECORD = b"[a record that named an erased person]"


@register_eraser
def erase_from_versions(erasure_request: ErasureRequest) -> None:
    """The digest stays that of the record as received, so that the same record is recognized as unchanged."""
    versions = StudyVersion.objects.filter(trial__in=erasure_request.trials).only("received", "id_allocation")
    for version in versions.iterator(50):
        redacted = redact_record(
            version.received.encode(),
            erasure_request.suppression_list,
            with_tombstones=version.id_allocation is not None,
        )
        if redacted.decode() != version.received:
            StudyVersion.objects.filter(pk=version.pk).update(received=redacted.decode())


@register_eraser
def erase_from_conflicts(erasure_request: ErasureRequest) -> None:
    _redact_columns(
        Conflict.objects.filter(trial__in=erasure_request.trials), ("base", "theirs", "ours"), erasure_request
    )


@register_eraser
def erase_from_runs(erasure_request: ErasureRequest) -> None:
    """Remove the contact from reports of dry runs; delete an uploaded file that names the person."""
    _redact_columns(ImportRun.objects.exclude(report=[]).defer("upload"), ("report",), erasure_request)
    for run in ImportRun.objects.filter(upload__isnull=False).iterator(1):
        if any(_mentions_person(raw.received, erasure_request) for raw in records_of_upload(run)):
            ImportRun.objects.filter(pk=run.pk).update(upload=None)


@register_eraser
def erase_from_quarantine(erasure_request: ErasureRequest) -> None:
    numbers = Trial.objects.filter(pk__in=erasure_request.trials).values_list("nct_id", flat=True)
    rows = QuarantinedRecord.objects.filter(Q(nct_id__in=[*numbers]) | Q(nct_id=""))
    for row in rows.iterator(50):
        redacted = _redact_quarantined(bytes(row.received), erasure_request)
        if redacted != bytes(row.received):
            QuarantinedRecord.objects.filter(pk=row.pk).update(received=redacted)


def _redact_columns(rows, columns: tuple[str, ...], erasure_request: ErasureRequest) -> None:
    is_erased = _person_matcher(erasure_request)
    for row in rows.iterator(50):
        redacted = {name: redact_json(getattr(row, name), is_erased) for name in columns}
        if any(redacted[name] != getattr(row, name) for name in columns):
            type(row).objects.filter(pk=row.pk).update(**redacted)


def _person_matcher(erasure_request: ErasureRequest) -> Callable[[dict], bool]:
    return lambda entry: erasure_request.matches_contact(
        *(_text(entry.get(name)) for name in ("name", "phone", "email"))
    )


def _text(value) -> str:
    return value if isinstance(value, str) else ""


def _redact_quarantined(received: bytes, erasure_request: ErasureRequest) -> bytes:
    """The record without the person; a placeholder where one of their values remains, as in an invalid record."""
    redacted = _redact_or_unchanged(received, erasure_request)
    return REDACTED_RECORD if _contains_values(redacted, erasure_request) else redacted


def _mentions_person(received: bytes, erasure_request: ErasureRequest) -> bool:
    """Whether a record has a contact that matches the person, or one of their values in any text."""
    return _redact_or_unchanged(received, erasure_request) != received or _contains_values(received, erasure_request)


def _redact_or_unchanged(received: bytes, erasure_request: ErasureRequest) -> bytes:
    """The record without the person; unchanged if it cannot be parsed."""
    try:
        return redact_record(received, erasure_request.suppression_list)
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return received


def _contains_values(received: bytes, erasure_request: ErasureRequest) -> bool:
    """Whether one of the person's names, addresses or numbers occurs, as text or JSON-escaped."""
    lowercase = received.lower()
    return any(form.lower() in lowercase for text in erasure_request.texts for form in _encoded_forms(text))


def _encoded_forms(text: str) -> set[bytes]:
    escaped = text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
    return {text.encode(), escaped}


register_free_text(
    FreeTextColumns(
        model=Conflict,
        fields=("reason",),
        label="Reason for resolving a registry difference",
        location=lambda conflict: str(conflict.trial),
        related=("trial",),
    ),
    FreeTextColumns(
        model=ImportRun,
        fields=("source",),
        label="Source of an import",
        location=lambda run: f"{run.started_at:%-d %B %Y}",
    ),
    FreeTextColumns(
        model=QuarantinedRecord,
        fields=("place", "reason", "decision_reason"),
        label="Error of a rejected record",
        location=lambda record: record.nct_id or f"{record.run.started_at:%-d %B %Y}",
        related=("run",),
    ),
)
