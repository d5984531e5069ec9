"""Input of the import command: files, standard input and NCT numbers, with the share that was read."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from registries.ctgov.client import fetch_studies
from registries.ctgov.source_files import RawRecord, SourceError, iter_records, open_source

NCT_ID = re.compile(r"NCT\d{8}", re.IGNORECASE)


class Sources:
    """The records of several sources, numbers first. SourceError at once when one of the files cannot be opened.

    `share` is measured in bytes of the files, as the number of records is not known beforehand.
    """

    def __init__(self, sources: list[str]):
        self.numbers = [source.upper() for source in sources if NCT_ID.fullmatch(source)]
        self.files = [source for source in sources if not NCT_ID.fullmatch(source)]
        sizes = [_size(source) for source in self.files]
        self._total = sum(sizes) if all(sizes) else 0
        self._before = 0
        self._stream: BinaryIO | None = None

    def __iter__(self) -> Iterator[RawRecord]:
        yield from fetch_studies(self.numbers)
        for source in self.files:
            with _stream(source) as self._stream:
                yield from iter_records(self._stream)
                self._before, self._stream = self._read(), None

    def share(self) -> float | None:
        """From 0 to 1; None when it is unknown (a pipe, NCT numbers)."""
        return min(self._read() / self._total, 1) if self._total else None

    def close(self) -> None:
        """Close the file that is being read."""
        if self._stream:
            self._stream.close()

    def _read(self) -> int:
        return self._before + (self._stream.tell() if self._stream and self._total else 0)


def _size(source: str) -> int:
    """In bytes; 0 when it is unknown: a pipe, which must not be opened twice."""
    if source == "-" or Path(source).is_fifo():
        return 0
    with open_source(source):
        return Path(source).stat().st_size


def _stream(source: str) -> BinaryIO:
    if source != "-":
        return open_source(source)
    if sys.stdin is None:
        raise SourceError("Standard input is closed.")
    return sys.stdin.buffer
