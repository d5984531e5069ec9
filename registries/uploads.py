"""Checks an uploaded file of records: size, decompressed size and encoding."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings

_CHUNK_SIZE = 2**20
_GZIP = b"\x1f\x8b"
_UTF_16_AND_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"{\x00", b"[\x00", b"\x00{", b"\x00[")
ADVICE = "Use manage.py import_ctgov."
EMPTY = "The file is empty."
NOT_UTF_8 = "The file is in UTF-16 or UTF-32. Save it in UTF-8 and upload it again."


def check_upload(file: BinaryIO, *, size: int) -> None:
    """ValueError with a message for the user if the file cannot be imported. Leaves the stream at its start.

    Errors of single records (truncated, malformed JSON) are reported by the import.
    """
    if size > settings.IMPORT_UPLOAD_MAX_MB * 2**20:
        raise ValueError(f"The file is larger than {settings.IMPORT_UPLOAD_MAX_MB} MB. {ADVICE}")
    unpacked, start = 0, b""
    for piece in _iter_unpacked(file):
        unpacked += len(piece)
        start = start or piece.lstrip()[:4]
        if unpacked > settings.IMPORT_UPLOAD_MAX_UNPACKED_MB * 2**20:
            limit = settings.IMPORT_UPLOAD_MAX_UNPACKED_MB
            raise ValueError(f"Unpacked, the file is larger than {limit} MB. {ADVICE}")
    file.seek(0)
    if not start:
        raise ValueError(EMPTY)
    if start.startswith(_UTF_16_AND_32):
        raise ValueError(NOT_UTF_8)


def _iter_unpacked(file: BinaryIO) -> Iterator[bytes]:
    """The bytes in chunks of at most 1 MiB; gzip is decompressed up to the first invalid data."""
    file.seek(0)
    if file.read(2) != _GZIP:
        file.seek(0)
        yield from iter(lambda: file.read(_CHUNK_SIZE), b"")
        return
    file.seek(0)
    unzip = zlib.decompressobj(wbits=31)
    pending = b""
    while packed := pending or file.read(_CHUNK_SIZE):
        if unzip.eof:
            unzip = zlib.decompressobj(wbits=31)
        try:
            yield unzip.decompress(packed, _CHUNK_SIZE)
        except zlib.error:
            return
        pending = unzip.unconsumed_tail or unzip.unused_data.lstrip(b"\0")
