"""A table as text: pasted, or a CSV file. Pure."""

import csv
import io
from collections.abc import Iterator

from work.bulk.columns import SheetError, SheetRow, rows_of
from work.bulk.escaping import plain

DELIMITERS = "\t;,"


def rows_of_file(content: bytes) -> list[SheetRow]:
    """The rows of a CSV file in UTF-8, with or without its mark. SheetError names row and column of what is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(f"{_place(content, error.start)}: this is not UTF-8. Save the sheet as “CSV UTF-8”.") from None
    return rows_of_text(text)


def rows_of_text(text: str) -> list[SheetRow]:
    """The rows of a table whose cells are parted by tabs, semicolons or commas, as its first line shows."""
    if "\0" in text:
        before = text[: text.index("\0")].encode()
        raise SheetError(f"{_place(before, len(before))}: this is no text.")
    return rows_of(_lines(text))


def _lines(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    try:
        for line in reader:
            number += 1
            yield [plain(cell) for cell in line]
    except csv.Error:
        raise SheetError(f"Row {number + 1}: a quotation mark is missing, or a cell is too long.") from None


def _delimiter(text: str) -> str:
    """What parts most cells of the headings."""
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=headings.count)


def _place(content: bytes, start: int) -> str:
    """The row and column of a byte, as far as they can be counted in bytes."""
    line_start = content.rfind(b"\n", 0, start) + 1
    end = content.find(b"\n")
    delimiter = _delimiter(content[: end if end >= 0 else None].decode("utf-8", "replace")).encode()
    column = content.count(delimiter, line_start, start) + 1
    return f"Row {content.count(chr(10).encode(), 0, start) + 1}, column {column}"
