"""Importing an uploaded file in two steps: look, then apply."""

import io
from collections.abc import Iterator

from registries.ctgov.importing import import_records
from registries.ctgov.sources import Raw, records_in
from registries.models import ImportRun


def preview_upload(*, content: bytes, name: str, author: str) -> ImportRun:
    """Run an uploaded file dry. The run tells what would change and keeps the file until it is applied."""
    run = import_records(records_in(named(content, name)), source=name, author=author, dry=True)
    run.upload = content
    run.save(update_fields=["upload"])
    return run


def apply_preview(preview: ImportRun, *, author: str, reason: str = "") -> ImportRun:
    """Import what a dry run looked at. A second call has nothing left to apply: ValueError."""
    taken = ImportRun.objects.filter(pk=preview.pk, upload__isnull=False).update(upload=None)
    if not taken:
        raise ValueError("This file has been applied already.")
    return import_records(records_of_upload(preview), source=preview.source, author=author, reason=reason)


def records_of_upload(preview: ImportRun) -> Iterator[Raw]:
    """The records of the file that a dry run keeps."""
    return records_in(named(bytes(preview.upload), preview.source))


def named(content: bytes, name: str) -> io.BytesIO:
    """A stream that tells its name, for the places of records."""
    stream = io.BytesIO(content)
    stream.name = name
    return stream
