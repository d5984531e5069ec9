"""A table as an Excel file. Formulas are read as the values that the spreadsheet last saw."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from work.bulk.columns import MAX_ROWS, SheetError, SheetRow, rows_of
from work.bulk.escaping import plain

SIGNATURE = b"PK\x03\x04"
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 500
MAX_COLUMNS = 50
NO_WORKBOOK = "This is no Excel file (.xlsx) that can be read. Save it anew, or as “CSV UTF-8”."
TOO_BIG = "Unpacked, this file is far larger than a table of sites. Save it anew with this sheet alone."


def rows_of_workbook(content: bytes) -> list[SheetRow]:
    """The rows of the first sheet. SheetError for what is none, or unpacks to more than a table needs."""
    try:
        _refuse_bombs(content)
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return rows_of(_lines(workbook.worksheets[0]))
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        SyntaxError,
        OSError,
    ):
        raise SheetError(NO_WORKBOOK) from None


def _refuse_bombs(content: bytes) -> None:
    """What a part claims is what it may unpack to: Python's reader stops there. No part may define entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        listed = parts.infolist()
        if len(listed) > MAX_PARTS or sum(part.file_size for part in listed) > MAX_UNPACKED:
            raise SheetError(TOO_BIG)
        for part in listed:
            with parts.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096).upper():
                    raise SheetError(NO_WORKBOOK)


def _lines(sheet) -> Iterator[list[str]]:
    """One row more than allowed, so that too many are told."""
    sheet.reset_dimensions()
    for line in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True):
        yield [plain(_text(value)) for value in line]


def _text(value) -> str:
    """A cell as one would type it: a day without its midnight, a number without a needless fraction."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
