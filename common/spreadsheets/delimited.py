"""A table as text: pasted, or a CSV file. Pure."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from common.spreadsheets.table import Row, Table, TableError, limit_rows, make_row

DELIMITERS = "\t;,"
#: Longer marks of the same start first: the UTF-32 mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<mark>[\t;,|])"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


WINDOWS_1252 = "cp1252"
READ_AS_WINDOWS_1252 = (
    "The file is not in UTF-8. It was read as Windows-1252, in which Excel saves a plain CSV in western Europe: check "
    "that letters with accents are right."
)


def read_file(content: bytes) -> Table:
    """The table in a text file: decoded by its byte order mark, else as UTF-8, else as Windows-1252, with a notice.

    TableError names the row and column of undecodable text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return read_delimited(_decode(content.removeprefix(mark), encoding))
    try:
        return read_delimited(content.decode("utf-8"))
    except UnicodeDecodeError:
        table = read_delimited(_decode(content, WINDOWS_1252))
        return replace(table, notices=[READ_AS_WINDOWS_1252, *table.notices])


def read_delimited(text: str, *, delimiter: str = "") -> Table:
    """Rows with cells separated by tabs, semicolons or commas, as given by `sep=` or detected from the first line."""
    text, delimiter, first = _without_separator_line(text.removeprefix("\ufeff"), delimiter)
    if "\0" in text:
        place = _location(text, text.index("\0"), first)
        raise TableError(f"{place}: this is not text. Save the table as “CSV UTF-8” and upload it again.")
    return Table(limit_rows(_rows(text, delimiter or detect_delimiter(text), first)))


def detect_delimiter(text: str) -> str:
    """The delimiter with the most cells in the first nonblank line; on a tie tab, semicolon, comma in this order."""
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=re.sub(r'"[^"]*"', "", headings).count)


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, "replace")
        line = content[error.start :].decode(encoding, "replace").splitlines()[:1]
        place = _location(before + "".join(line), len(before), 1)
        raise TableError(
            f"{place}: this is not text in UTF-8, UTF-16 or Windows-1252, so it cannot be decoded. "
            "Save the table as “CSV UTF-8” or as an Excel workbook (.xlsx) and upload it again."
        ) from None


def _without_separator_line(text: str, delimiter: str) -> tuple[str, str, int]:
    """The text below a line such as `sep=;`, the delimiter that it names, and the number of the first row below."""
    match = _SEPARATOR_LINE.match(text)
    return (text[match.end() :], match["mark"], 2) if match else (text, delimiter, 1)


def _rows(text: str, delimiter: str, first: int) -> Iterator[Row]:
    """Rows numbered as in a spreadsheet: a cell with line breaks is one row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = first - 1
    try:
        for line in reader:
            number += 1
            yield make_row(number, line)
    except csv.Error:
        raise TableError(
            f"Row {number + 1}: a quotation mark is missing, or a cell has over {csv.field_size_limit():,} characters."
        ) from None


def _location(text: str, index: int, first: int) -> str:
    """The row and column of a character, as far as they can be counted without reading the cells."""
    line_start = text.rfind("\n", 0, index) + 1
    column = text.count(detect_delimiter(text), line_start, index) + 1
    return f"Row {text.count(chr(10), 0, index) + first}, column {column}"
