"""Cutting a stream of bytes into records without reading them: each slice is the record's own bytes. Pure.

Memory stays flat: at most one record and one block are held, and a record that never ends is given up.
"""

import re
from collections.abc import Iterable, Iterator

LONGEST_RECORD = 32 * 2**20
"""In bytes; the registry's longest has about 1.1 million."""

_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_BRACKET_OR_OPEN_TEXT = re.compile(rb'(?:[^"{}\[\]]++|' + _TEXT + rb')*+(?:([{\[])|[}\]]|("))', re.DOTALL)
_SCALAR = re.compile(_TEXT + rb'|[^,\]\s"]+', re.DOTALL)
_BETWEEN = re.compile(rb"[\s,]*")


class Cut(bytes):
    """What is left of a record when the data ended, or when it grew too long."""


def lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Each line without its end; the last one may lack it. A line that is too long comes as its `Cut` beginning."""
    begun = b""
    for block in blocks:
        first, *others = block.split(b"\n")
        begun = _joined(begun, first)
        if others:
            yield begun
            *whole, begun = others
            yield from whole
    yield begun


def elements(blocks: Iterable[bytes], *, in_list: bool) -> Iterator[bytes]:
    """Each value of a list, from just behind its `[` to its `]`; or, not `in_list`, each value to the end of the data.

    A last `Cut` says that the data ended first.
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
        if len(buffer) > LONGEST_RECORD:
            break
    if buffer or in_list:
        yield Cut(buffer)


def _joined(begun: bytes, more: bytes) -> bytes:
    if isinstance(begun, Cut):
        return begun
    joined = begun + more
    return Cut(joined[: LONGEST_RECORD + 1]) if len(joined) > LONGEST_RECORD else joined


def _after_separators(buffer: bytes, position: int) -> int:
    found = _BETWEEN.match(buffer, position)
    return found.end() if found else position


def _end_of_value(buffer: bytes, start: int) -> int | None:
    """Where the value ends that starts here; None when the buffer does not hold all of it."""
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
