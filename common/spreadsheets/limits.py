"""Limits of uploaded tables. Pure. The values are settings (SPREADSHEET_…)."""

from dataclasses import dataclass

MEBIBYTE = 2**20
#: Rows below the headings, and columns.
MAX_ROWS = 5_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """`megabytes` as uploaded, `unpacked_megabytes` as XML; `seconds` of processor time and `memory_megabytes` of the
    process that reads it.
    """

    megabytes: int = 5
    unpacked_megabytes: int = 30
    cells: int = 250_000
    styles: int = 20_000
    strings: int = 250_000
    seconds: int = 10
    memory_megabytes: int = 512

    @property
    def bytes(self) -> int:
        return self.megabytes * MEBIBYTE

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_megabytes * MEBIBYTE
