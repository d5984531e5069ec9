"""Reads records from files and streams, plain or gzip: a study, an API page, a JSON array, or lines of JSON.

The format is detected from the first bytes. Each record is yielded as its own bytes, without decoding it. A broken
source (truncated file, invalid list) ends with one `RawRecord` with a `problem`; only a source that cannot be opened
raises `SourceError`. An empty source has no records and no problem.

At most one record and one block are in memory; a record of more than `MAX_RECORD_BYTES` is truncated.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from registries.ctgov.parser import find_nct_id

MAX_RECORD_BYTES = 32 * 2**20
"""The longest record of the registry has about 1.1 million bytes."""

_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_BRACKET_OR_OPEN_TEXT = re.compile(rb'(?:[^"{}\[\]]++|' + _TEXT + rb')*+(?:([{\[])|[}\]]|("))', re.DOTALL)
_SCALAR = re.compile(_TEXT + rb'|[^,\]\s"]+', re.DOTALL)
_SEPARATORS = re.compile(rb"[\s,]*")


class Truncated(bytes):
    """The beginning of a record whose data ended early or that is too long."""


def iter_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Each line without its line break; a line that is too long is `Truncated`."""
    partial_line = b""
    for block in blocks:
        first, *others = block.split(b"\n")
        partial_line = _join_limited(partial_line, first)
        if others:
            yield partial_line
            *whole, partial_line = others
            yield from whole
    yield partial_line


def iter_json_values(blocks: Iterable[bytes], *, in_list: bool) -> Iterator[bytes]:
    """Each value of a list, from after its `[` to its `]`; or, if not `in_list`, each value to the end of the data.

    The last value is `Truncated` when the data ended early.
    """
    buffer = b""
    for block in blocks:
        buffer += block
        position = 0
        while (start := _after_separators(buffer, position)) < len(buffer):
            if in_list and buffer.startswith(b"]", start):
                return
            end = _end_of_value(buffer, start)
            if end is None:
                break
            yield buffer[start:end]
            position = end
        buffer = buffer[start:]
        if len(buffer) > MAX_RECORD_BYTES:
            break
    if buffer or in_list:
        yield Truncated(buffer)


def _join_limited(head: bytes, more: bytes) -> bytes:
    if isinstance(head, Truncated):
        return head
    joined = head + more
    return Truncated(joined[: MAX_RECORD_BYTES + 1]) if len(joined) > MAX_RECORD_BYTES else joined


def _after_separators(buffer: bytes, position: int) -> int:
    match = _SEPARATORS.match(buffer, position)
    return match.end() if match else position


def _end_of_value(buffer: bytes, start: int) -> int | None:
    """The end of the value that starts at `start`; None when the buffer does not contain all of it."""
    if buffer[start : start + 1] not in (b"{", b"["):
        scalar = _SCALAR.match(buffer, start)
        return scalar.end() if scalar and scalar.end() < len(buffer) else None
    depth = 0
    for token in _BRACKET_OR_OPEN_TEXT.finditer(buffer, start):
        if token[2]:
            return None
        depth += 1 if token[1] else -1
        if depth == 0:
            return token.end()
    return None


CHUNK_SIZE = 64 * 2**10
BLOCK_SIZE = 2**20

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PAGE = re.compile(rb'\s*\{\s*"(?:studies|nextPageToken|totalCount)"')
_STUDIES = re.compile(rb'"studies"\s*:\s*\[')
_MULTILINE_JSON = re.compile(rb'\s*\{(?:[^\n]*[^\s}])?[ \t\r]*\n\s*["}]')

_OTHER_FORMATS = [
    (re.compile(rb"\s*<(?:!doctype html|html)", re.IGNORECASE), "this is a web page, not a file of records"),
    (re.compile(rb"\s*<"), "this is XML, as the registry offered it until 2024"),
    (re.compile(rb"PK\x03\x04"), "this is a ZIP archive: unpack it first"),
    (re.compile(rb'\s*"?NCT Number"?[,\t]', re.IGNORECASE), "this is a CSV table, which leaves out most of a record"),
    (
        re.compile(rb'\s*\{\s*"(?:FullStudiesResponse|StudyFieldsResponse|FullStudy|Study)"'),
        "this is JSON of the registry's former API",
    ),
]


class SourceError(Exception):
    """A source that cannot be opened or reached; the text names it and the reason."""


class RawRecord(NamedTuple):
    """One record as received. `place`: file and position, for messages. With a `problem`, `received` is incomplete."""

    place: str
    received: bytes
    problem: str = ""

    @property
    def nct_id(self) -> str:
        """The NCT number, found without parsing; "" when there is none."""
        return find_nct_id(self.received)


def iter_records(source: str | Path | BinaryIO) -> Iterator[RawRecord]:
    """The records of a file (a path) or of an open binary stream, one by one."""
    if isinstance(source, str | Path):
        with open_source(source) as stream:
            yield from _iter_stream_records(_BlockReader(stream), Path(source).name)
    else:
        yield from _iter_stream_records(
            _BlockReader(source), Path(str(getattr(source, "name", ""))).name or "standard input"
        )


def open_source(path: str | Path) -> BinaryIO:
    """The open file, without decompression. SourceError when it cannot be opened."""
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}.") from error


def _iter_stream_records(blocks: "_BlockReader", name: str) -> Iterator[RawRecord]:
    """The records, and a last one with the fault of the stream when it broke."""
    stream = iter(blocks)
    head = next(stream, b"").removeprefix(_BYTE_ORDER_MARK)
    if other := _other_format(head):
        yield RawRecord(name, b"", f"{other}. Fetch the records as JSON of the API version 2")
        return
    place, slices = _split_records(head, stream)
    problem, number = "", 0
    for number, piece in enumerate(slices, start=1):
        problem = _problem(piece, blocks.fault)
        if problem or not (piece.isspace() or piece == b""):
            yield RawRecord(_record_label(name, place, number), bytes(piece[:MAX_RECORD_BYTES]).strip(), problem)
    if blocks.fault and not problem:
        yield RawRecord(_record_label(name, place, number + 1), b"", blocks.fault)


def _other_format(head: bytes) -> str:
    """The description of an unsupported format; "" for JSON, valid or not."""
    return next((text for pattern, text in _OTHER_FORMATS if pattern.match(head)), "")


def _split_records(head: bytes, rest: Iterator[bytes]) -> tuple[str, Iterator[bytes]]:
    """The label format of records in this format of source, and the records."""
    if head.lstrip().startswith(b"["):
        return "[{index}]", iter_json_values(chain([head.lstrip()[1:]], rest), in_list=True)
    if _PAGE.match(head) and (studies := _STUDIES.search(head)):
        return "studies[{index}]", iter_json_values(chain([head[studies.end() :]], rest), in_list=True)
    if _MULTILINE_JSON.match(head):
        return "record {number}", iter_json_values(chain([head], rest), in_list=False)
    return "line {number}", iter_lines(chain([head], rest))


def _record_label(name: str, place: str, number: int) -> str:
    return f"{name} {place.format(number=number, index=number - 1)}"


def _problem(piece: bytes, fault: str) -> str:
    """The problem of a slice before parsing. `fault`: that of the stream, which is known after its last block."""
    if isinstance(piece, Truncated):
        is_too_long = len(piece) > MAX_RECORD_BYTES
        return f"longer than {MAX_RECORD_BYTES:,} bytes" if is_too_long else fault or "the data ends before the record"
    return fault


class _BlockReader:
    """A stream's bytes, decompressed, in blocks of about 1 MiB. Ends early on an error, with the reason in `fault`."""

    def __init__(self, stream: BinaryIO):
        self._read = partial(stream.read, CHUNK_SIZE)
        self.fault = ""

    def __iter__(self) -> Iterator[bytes]:
        block = bytearray()
        pieces, fault = self._chunks(), ""
        while True:
            try:
                block += next(pieces)
            except StopIteration:
                break
            except (EOFError, OSError, zlib.error) as error:
                fault = f"the source breaks off: {error}"
                break
            if len(block) >= BLOCK_SIZE:
                yield bytes(block)
                block.clear()
        if block:
            yield bytes(block)
        self.fault = fault

    def _chunks(self) -> Iterator[bytes]:
        pieces = iter(self._read, b"")
        first = next(pieces, b"")
        pieces = chain([first], pieces)
        return _gunzip(pieces) if first.startswith(b"\x1f\x8b") else pieces


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of gzip members, one after the other. EOFError when the last one is truncated."""
    unzip = zlib.decompressobj(wbits=31)
    for piece in pieces:
        while piece:
            if unzip.eof:
                unzip = zlib.decompressobj(wbits=31)
            yield unzip.decompress(piece)
            piece = unzip.unused_data.lstrip(b"\0")  # some tools pad with zeros
    if not unzip.eof:
        raise EOFError("the gzip data is cut off")
