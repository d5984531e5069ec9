"""Whether an uploaded file of records can be read in a request: its size, unpacked too, and its encoding."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings

_CHUNK_SIZE = 2**20
_GZIP = b"\x1f\x8b"
_UTF_16_AND_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"{\x00", b"[\x00", b"\x00{", b"\x00[")
ADVICE = "Use manage.py import_ctgov."
EMPTY = "The file is empty."
NOT_UTF_8 = "The file is in UTF-16 or UTF-32. Save it in UTF-8, as JSON is exchanged, and upload it again."


def check_upload(file: BinaryIO, *, size: int) -> None:
    """ValueError, in words, for a file that cannot be imported here. Reads it in pieces, and leaves it at its start.

    What is wrong inside (a record that is cut off, JSON that is malformed) the import tells record by record.
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
    """The bytes in pieces of at most a mebibyte, those of gzip unpacked as far as they are whole."""
    file.seek(0)
    if file.read(2) != _GZIP:
        file.seek(0)
        yield from iter(lambda: file.read(_CHUNK_SIZE), b"")
        return
    file.seek(0)
    unzip = zlib.decompressobj(wbits=31)
    waiting = b""
    while packed := waiting or file.read(_CHUNK_SIZE):
        if unzip.eof:
            unzip = zlib.decompressobj(wbits=31)
        try:
            yield unzip.decompress(packed, _CHUNK_SIZE)
        except zlib.error:
            return
        waiting = unzip.unconsumed_tail or unzip.unused_data.lstrip(b"\0")
