"""When a person is erased: the records as received, conflicts, runs and quarantined records lose them too."""

from collections.abc import Callable

import orjson
from django.db.models import Q

from contacts.erasure.registry import Removal, erases
from registries.ctgov.redaction import scrubbed, without_erased
from registries.imports import records_of_upload
from registries.models import Conflict, ImportRun, QuarantinedRecord, StudyVersion
from trials.models import Trial

TAKEN_OUT = b"[a record that named an erased person]"


@erases
def erase_from_versions(removal: Removal) -> None:
    """The digest stays that of the record as it came, so the same record coming again is known as unchanged."""
    for version in StudyVersion.objects.filter(trial__in=removal.trials).only("received", "manifest").iterator(50):
        marked = without_erased(version.received.encode(), removal.erased, marked=version.manifest is not None)
        if marked.decode() != version.received:
            StudyVersion.objects.filter(pk=version.pk).update(received=marked.decode())


@erases
def erase_from_conflicts(removal: Removal) -> None:
    _scrub_columns(Conflict.objects.filter(trial__in=removal.trials), ("base", "theirs", "ours"), removal)


@erases
def erase_from_runs(removal: Removal) -> None:
    """Reports of dry runs lose the contact; a file that still waits to be applied and names them is let go."""
    _scrub_columns(ImportRun.objects.exclude(report=[]).defer("upload"), ("report",), removal)
    for run in ImportRun.objects.filter(upload__isnull=False).iterator(1):
        if any(_would_bring_them(raw.received, removal) for raw in records_of_upload(run)):
            ImportRun.objects.filter(pk=run.pk).update(upload=None)


@erases
def erase_from_quarantine(removal: Removal) -> None:
    numbers = Trial.objects.filter(pk__in=removal.trials).values_list("nct_id", flat=True)
    rows = QuarantinedRecord.objects.filter(Q(nct_id__in=[*numbers]) | Q(nct_id=""))
    for row in rows.iterator(50):
        left = _without(bytes(row.received), removal)
        if left != bytes(row.received):
            QuarantinedRecord.objects.filter(pk=row.pk).update(received=left)


def _scrub_columns(rows, columns: tuple[str, ...], removal: Removal) -> None:
    is_theirs = _asking(removal)
    for row in rows.iterator(50):
        left = {name: scrubbed(getattr(row, name), is_theirs) for name in columns}
        if any(left[name] != getattr(row, name) for name in columns):
            type(row).objects.filter(pk=row.pk).update(**left)


def _asking(removal: Removal) -> Callable[[dict], bool]:
    return lambda entry: removal.is_theirs(*(_text(entry.get(name)) for name in ("name", "phone", "email")))


def _text(value) -> str:
    return value if isinstance(value, str) else ""


def _without(received: bytes, removal: Removal) -> bytes:
    """A quarantined record may be no record at all: where a value still stands in it, nothing of it is kept."""
    try:
        left = without_erased(received, removal.erased)
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        left = received
    return TAKEN_OUT if _names_them(left, removal) else left


def _would_bring_them(received: bytes, removal: Removal) -> bool:
    """Whether a record names them, by whatever signature, or spells one of their values somewhere."""
    try:
        left = without_erased(received, removal.erased)
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        left = received
    return left != received or _names_them(received, removal)


def _names_them(received: bytes, removal: Removal) -> bool:
    """Whether one of their names, addresses or numbers stands in it, as text or as JSON escapes it."""
    low = received.lower()
    return any(spelt.lower() in low for text in removal.texts for spelt in _spellings(text))


def _spellings(text: str) -> set[bytes]:
    escaped = text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
    return {text.encode(), escaped}
