"""The process that reads one uploaded workbook: `python -m common.spreadsheets.worker LIMITS`, JSON in and out.

It takes the file on standard input and writes `{"rows": …, "notices": …}` or `{"error": "…"}`. It sets its own
limits of processor time and memory before it reads a byte, so whatever the file does ends with this process.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from common.spreadsheets.inspection import DAMAGED, NO_WORKBOOK, inspect
from common.spreadsheets.sheet_reader import read_sheet
from common.spreadsheets.table import MEBIBYTE, Limits, Table, TableError
from common.spreadsheets.workbook import Sheet, Workbook

NO_SHEET = (
    "This workbook has no visible sheet with cells. Unhide the sheet to import, or copy the table into a new workbook."
)
EMPTY = "The sheets of this workbook are empty."
#: What malformed files raise in the readers, and in Python's under them.
_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, SyntaxError, OSError, EOFError, OverflowError)


def read_workbook(content: bytes, limits: Limits) -> Table:
    """The first visible sheet with content, the other ones named. TableError for any other file."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise TableError(DAMAGED) from None
    except _MALFORMED:
        raise TableError(NO_WORKBOOK) from None
    with archive:
        inspect(archive, limits)
        try:
            return _table(Workbook(archive))
        except ParseError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise MemoryError from None
            raise TableError(NO_WORKBOOK) from None
        except zipfile.BadZipFile:
            raise TableError(DAMAGED) from None
        except _MALFORMED:
            raise TableError(NO_WORKBOOK) from None


def _table(workbook: Workbook) -> Table:
    visible = [sheet for sheet in workbook.sheets if not sheet.is_hidden]
    hidden = [sheet for sheet in workbook.sheets if sheet.is_hidden]
    if not visible:
        raise TableError(NO_SHEET)
    contents = [(sheet, content) for sheet in visible if (content := read_sheet(workbook, sheet)).has_content]
    if not contents:
        raise TableError(NO_SHEET if hidden else EMPTY)
    (sheet, content), *others = contents
    rows = content.table_rows()
    return Table(rows, [*_sheet_notices(sheet, [other for other, _ in others], hidden), *content.notices()])


def _sheet_notices(read: Sheet, others: Sequence[Sheet], hidden: Sequence[Sheet]) -> list[str]:
    notices = [f"Sheet read: “{read.name}”."]
    if others:
        word = "sheets" if len(others) > 1 else "sheet"
        notices.append(f"Not read: the {word} {_names(others)}. Upload each in a file of its own.")
    if hidden:
        notices.append(f"Not read because hidden: the {'sheets' if len(hidden) > 1 else 'sheet'} {_names(hidden)}.")
    return notices


def _names(sheets: Sequence[Sheet]) -> str:
    named = ", ".join(f"“{sheet.name}”" for sheet in sheets[:10])
    return named + (f" and {len(sheets) - 10} more" if len(sheets) > 10 else "")


def main() -> None:
    limits = Limits(**json.loads(sys.argv[1]))
    memory = limits.memory_megabytes * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        table = read_workbook(sys.stdin.buffer.read(), limits)
        answer = {"rows": [asdict(row) for row in table.rows], "notices": list(table.notices)}
    except TableError as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
