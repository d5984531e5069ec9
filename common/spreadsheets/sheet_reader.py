"""Reads the cells of one sheet as shown to the user. Pure.

Rows that are hidden (by hand or by a filter) are not read; hidden columns are, since they often identify a row. A
merged cell over several rows counts in each of them. Notices report both.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from common.spreadsheets.escaping import unescape_characters
from common.spreadsheets.number_formats import format_number
from common.spreadsheets.table import MAX_COLUMNS, MAX_ROWS, TOO_MANY_ROWS, Row, TableError, make_row
from common.spreadsheets.workbook import Sheet, Workbook, local_name, text_in

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: Total characters of all cells: shared texts count in each cell.
MAX_TEXT = 10 * 2**20
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_MAX_LISTED = 8

NO_VALUE = "The cell holds a formula without a value. Open the file in your spreadsheet program and save it again."
NOT_A_NUMBER = "The cell holds a number that cannot be read."
TOO_MUCH_TEXT = "The texts in this sheet are longer than a table of sites has. Copy the table into a new workbook."
MALFORMED = (
    "This file is damaged: its cell references are inconsistent. Open it in your spreadsheet program and save it again."
)


@dataclass(slots=True)
class SheetContent:
    """`rows` by their numbers, each its texts by column (from 0); `problems` likewise; what is hidden or merged."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    problems: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def has_content(self) -> bool:
        return bool(self.rows or self.hidden_rows)

    def table_rows(self) -> list[Row]:
        """In order; the texts of merged cells in each row that they cover."""
        numbers = sorted(self.rows)
        for first_row, first_column, last_row, _ in self.merged:
            text = self.rows.get(first_row, {}).get(first_column)
            for number in numbers[bisect(numbers, first_row) : bisect(numbers, last_row)] if text else ():
                self.rows[number].setdefault(first_column, text)
        return [make_row(number, _as_list(self.rows[number]), self.problems.get(number)) for number in numbers]

    def notices(self) -> Iterator[str]:
        if self.hidden_rows:
            named = ", ".join(map(str, sorted(self.hidden_rows)[:_MAX_LISTED]))
            more = f" and {len(self.hidden_rows) - _MAX_LISTED} more" if len(self.hidden_rows) > _MAX_LISTED else ""
            yield f"Hidden rows were not read: {named}{more}. Show them (or clear the filter) to include them."
        if self.hidden_columns:
            yield f"Hidden columns were read too: {', '.join(map(_letters, self.hidden_columns[:_MAX_LISTED]))}."
        down = [one for one in self.merged if one[2] > one[0] and self.rows.get(one[0], {}).get(one[1])]
        if down:
            cells = (
                f"{_letters(first_column)}{first_row}:{_letters(last_column)}{last_row}"
                for first_row, first_column, last_row, last_column in down
            )
            yield f"Merged cells count in each of their rows: {', '.join(islice(cells, _MAX_LISTED))}."


def read_sheet(workbook: Workbook, sheet: Sheet) -> SheetContent:
    """TableError for what no spreadsheet program writes; ValueError and the like for malformed XML."""
    reader = _Reader(workbook)
    with workbook.archive.open(sheet.path) as part:
        events = iterparse(part, events=("start", "end"), forbid_dtd=True)
        data = None
        for event, element in events:
            name = local_name(element.tag)
            if event == "start":
                data = element if name == "sheetData" else data
                continue
            if name == "row":
                reader.row(element)
                if data is not None:
                    data.clear()
            elif name == "col":
                reader.column(element)
            elif name == "mergeCell":
                reader.merged(element.get("ref", ""))
    return reader.content


class _Reader:
    def __init__(self, workbook: Workbook):
        self.texts, self.formats, self.is_1904 = workbook.texts, workbook.formats, workbook.is_1904
        self.content = SheetContent()
        self.number, self.length = 0, 0

    def row(self, element: Element) -> None:
        self.number = int(element.get("r", self.number + 1))
        if not 1 <= self.number <= LAST_ROW:
            raise TableError(MALFORMED)
        texts: dict[int, str] = {}
        problems: dict[int, str] = {}
        place = -1
        for cell in element:
            if local_name(cell.tag) != "c":
                continue
            place = self._column_of(cell, place + 1)
            text, problem = self._value(cell)
            self._count(text)
            if place in texts or place in problems:
                raise TableError(MALFORMED)
            if problem:
                problems[place] = problem
            elif text.strip():
                texts[place] = text
        self._check_width(texts)
        self._store_row(texts, problems, is_hidden=element.get("hidden") in ("1", "true"))

    def _store_row(self, texts: dict[int, str], problems: dict[int, str], *, is_hidden: bool) -> None:
        if not texts and not problems:
            return
        content = self.content
        if self.number in content.rows:
            raise TableError(MALFORMED)
        if is_hidden:
            content.hidden_rows.append(self.number)
            return
        content.rows[self.number] = texts
        if len(content.rows) > MAX_ROWS + 1:
            raise TableError(TOO_MANY_ROWS)
        if problems:
            content.problems[self.number] = problems

    def _check_width(self, texts: dict[int, str]) -> None:
        last = max(texts, default=0)
        if last >= MAX_COLUMNS:
            raise TableError(
                f"There is a cell at {_letters(last)}{self.number}, far to the right of the table; "
                f"at most {MAX_COLUMNS} columns can be read. Delete that cell."
            )

    def column(self, element: Element) -> None:
        if element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min", 0)) - 1, int(element.get("max", 0)) - 1
            self.content.hidden_columns += range(max(first, 0), min(last, first + _MAX_LISTED) + 1)

    def merged(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        (first_row, first_column), (last_row, last_column) = _position(first), _position(last or first)
        if len(self.content.merged) >= MAX_ROWS:
            raise TableError(f"This sheet has more than {MAX_ROWS:,} merged cells. Copy the table into a new workbook.")
        self.content.merged.append((first_row, first_column, last_row, last_column))

    def _count(self, text: str) -> None:
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise TableError(TOO_MUCH_TEXT)

    def _column_of(self, cell: Element, default: int) -> int:
        reference = cell.get("r")
        if reference is None:
            return default
        row, column = _position(reference)
        if row != self.number:
            raise TableError(MALFORMED)
        return column

    def _value(self, cell: Element) -> tuple[str, str]:
        """(text, problem): one of the two is blank."""
        children = {local_name(child.tag): child for child in cell}
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return text_in(children["is"]) if "is" in children else "", ""
        text = (children["v"].text or "") if "v" in children else ""
        if not text:
            return "", NO_VALUE if "f" in children and kind != "str" else ""
        if kind == "s":
            return self.texts[int(text)], ""
        if kind == "b":
            return "yes" if text in ("1", "true") else "no", ""
        if kind == "d":
            return text.partition("T")[0], ""
        if kind != "n":
            return unescape_characters(text), ""  # the text of a formula, or an error value
        return self._number(text, int(cell.get("s", 0)))

    def _number(self, text: str, style: int) -> tuple[str, str]:
        code = self.formats[style] if style < len(self.formats) else "General"
        try:
            return format_number(text, code, is_1904=self.is_1904), ""
        except ValueError:
            return "", NOT_A_NUMBER


def _as_list(cells: dict[int, str]) -> Sequence[str]:
    return [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]


def _position(reference: str) -> tuple[int, int]:
    """(row from 1, column from 0) of such as "B7"."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise TableError(MALFORMED)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    if column > LAST_COLUMN or int(match[2]) > LAST_ROW:
        raise TableError(MALFORMED)
    return int(match[2]), column - 1


def _letters(column: int) -> str:
    """The name of a column (from 0)."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
