"""When a person is erased: the records as received, conflicts, runs and quarantined records lose them too."""

from collections.abc import Callable

import orjson
from django.db.models import Q

from contacts.erasure.registry import ErasureRequest, register_eraser
from registries.ctgov.redaction import redact_json, redact_record
from registries.imports import records_of_upload
from registries.models import Conflict, ImportRun, QuarantinedRecord, StudyVersion
from trials.models import Trial

REDACTED_RECORD = b"[a record that named an erased person]"


@register_eraser
def erase_from_versions(erasure_request: ErasureRequest) -> None:
    """The digest stays that of the record as it came, so the same record coming again is known as unchanged."""
    for version in (
        StudyVersion.objects.filter(trial__in=erasure_request.trials).only("received", "id_allocation").iterator(50)
    ):
        marked = redact_record(
            version.received.encode(),
            erasure_request.suppression_list,
            with_tombstones=version.id_allocation is not None,
        )
        if marked.decode() != version.received:
            StudyVersion.objects.filter(pk=version.pk).update(received=marked.decode())


@register_eraser
def erase_from_conflicts(erasure_request: ErasureRequest) -> None:
    _redact_columns(
        Conflict.objects.filter(trial__in=erasure_request.trials), ("base", "theirs", "ours"), erasure_request
    )


@register_eraser
def erase_from_runs(erasure_request: ErasureRequest) -> None:
    """Reports of dry runs lose the contact; a file that still waits to be applied and names them is let go."""
    _redact_columns(ImportRun.objects.exclude(report=[]).defer("upload"), ("report",), erasure_request)
    for run in ImportRun.objects.filter(upload__isnull=False).iterator(1):
        if any(_mentions_person(raw.received, erasure_request) for raw in records_of_upload(run)):
            ImportRun.objects.filter(pk=run.pk).update(upload=None)


@register_eraser
def erase_from_quarantine(erasure_request: ErasureRequest) -> None:
    numbers = Trial.objects.filter(pk__in=erasure_request.trials).values_list("nct_id", flat=True)
    rows = QuarantinedRecord.objects.filter(Q(nct_id__in=[*numbers]) | Q(nct_id=""))
    for row in rows.iterator(50):
        left = _redact_quarantined(bytes(row.received), erasure_request)
        if left != bytes(row.received):
            QuarantinedRecord.objects.filter(pk=row.pk).update(received=left)


def _redact_columns(rows, columns: tuple[str, ...], erasure_request: ErasureRequest) -> None:
    is_theirs = _person_matcher(erasure_request)
    for row in rows.iterator(50):
        left = {name: redact_json(getattr(row, name), is_theirs) for name in columns}
        if any(left[name] != getattr(row, name) for name in columns):
            type(row).objects.filter(pk=row.pk).update(**left)


def _person_matcher(erasure_request: ErasureRequest) -> Callable[[dict], bool]:
    return lambda entry: erasure_request.matches_contact(
        *(_text(entry.get(name)) for name in ("name", "phone", "email"))
    )


def _text(value) -> str:
    return value if isinstance(value, str) else ""


def _redact_quarantined(received: bytes, erasure_request: ErasureRequest) -> bytes:
    """A quarantined record may be no record at all: where a value still stands in it, nothing of it is kept."""
    try:
        left = redact_record(received, erasure_request.suppression_list)
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        left = received
    return REDACTED_RECORD if _contains_values(left, erasure_request) else left


def _mentions_person(received: bytes, erasure_request: ErasureRequest) -> bool:
    """Whether a record names them, by whatever signature, or spells one of their values somewhere."""
    try:
        left = redact_record(received, erasure_request.suppression_list)
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        left = received
    return left != received or _contains_values(received, erasure_request)


def _contains_values(received: bytes, erasure_request: ErasureRequest) -> bool:
    """Whether one of their names, addresses or numbers stands in it, as text or as JSON escapes it."""
    low = received.lower()
    return any(spelt.lower() in low for text in erasure_request.texts for spelt in _encoded_forms(text))


def _encoded_forms(text: str) -> set[bytes]:
    escaped = text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
    return {text.encode(), escaped}
