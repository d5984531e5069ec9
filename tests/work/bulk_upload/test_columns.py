"""Parsing of tables: valid ones, and the errors of invalid ones."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.spreadsheets.escaping import escape_formula_reversibly, unescape_formula
from common.spreadsheets.reading import read_pasted, read_upload
from common.spreadsheets.table import MAX_ROWS, TableError
from tests.work.bulk_upload.table_helpers import workbook
from work.bulk_upload.columns import Column, parse_rows, unread_columns

HEAD = ("Site number", "New status", "Reason for change")


def cells(table) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, {column.value: text for column, text in row.cells.items()}) for row in parse_rows(table)]


ONE = [(2, {"Site number": "7", "New status": "Suspended", "Reason for change": "Añejo, très"})]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_any_usual_csv_is_read(mark, delimiter, line_end):
    line = delimiter.join(["7", "Suspended", '"Añejo, très"'])
    assert cells(read_upload(mark + f"{delimiter.join(HEAD)}{line_end}{line}{line_end}".encode())) == ONE


def test_headings_are_matched_loosely_and_columns_are_optional():
    assert cells(read_pasted("REASON,site_number\n,\nBusy,7")) == [
        (3, {"Site number": "7", "Reason for change": "Busy"})
    ]


def test_an_unknown_column_is_ignored_with_the_closest_known_name():
    table = read_pasted("Site number,New stauts,Mood\n7,Suspended,good")
    assert cells(table) == [(2, {"Site number": "7"})]
    assert unread_columns(table) == [
        "The column “New stauts” is not recognized and was ignored. "
        "If you mean “New status”, rename it and upload the table again.",
        "The column “Mood” is not recognized and was ignored.",
    ]


def test_a_cell_can_have_line_breaks():
    table = read_pasted('Site number,Internal note\n7,"One\nTwo"\n8,Three')
    assert cells(table) == [
        (2, {"Site number": "7", "Internal note": "One\nTwo"}),
        (3, {"Site number": "8", "Internal note": "Three"}),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The table is empty."),
        (b"\n \n", "The table is empty."),
        (b"Site number,Reason\n", "The table has headings but no rows."),
        (b"Mood,Reason\ngood,a", "No column identifies the sites"),
        (b"Site number,Reason,reason\n7,a,b", "The column “Reason for change” appears twice."),
        (b"Trial,Reason\nNCT00000001,a", "No column identifies the sites"),
        (b"Site number,\n7,\n8,lost", "Row 3, column 2: “lost” has no column heading."),
        (b"Site number,Reason\n7,fine\n8,Caf\x81", "Row 3, column 2: this is not text in UTF-8"),
        (b'Site number;Reason\n7;"open', "Row 2: a quotation mark is missing"),
        (b"Site number,Reason\n7,fine\nTotal: 1,,x", "Row 3, column 3: “x” has no column heading."),
        (b"Site number,Hospital,Facility\n7,a,b", "The columns “Hospital” and “Facility” mean the same: “Facility”."),
        (b"Site number,Site status\n7,x", "The column “Site status” can mean “Current status” or “New status”."),
        (b"Site number,#N/A\n7,x", "Row 1, the headings: The cell shows the error #N/A."),
    ],
)
def test_an_invalid_table_has_an_error_with_its_position(content, message):
    with pytest.raises(TableError) as error:
        parse_rows(read_upload(content))
    assert message in str(error.value)


def test_more_rows_than_allowed_are_refused():
    for number, fits in ((MAX_ROWS, True), (MAX_ROWS + 1, False)):
        lines = [["Site number"], *([str(place)] for place in range(number))]
        for read, content in (
            (read_pasted, "\n".join(line[0] for line in lines)),
            (read_upload, workbook(lines)),
        ):
            if fits:
                assert len(parse_rows(read(content))) == number
            else:
                with pytest.raises(TableError, match="more than 5,000 rows"):
                    parse_rows(read(content))


def test_a_workbook_is_read_like_typed_text():
    head = ["Site number", "Effective date", "Since", "Confirm", "Enrollment target", "Reason for change"]
    line = [7, datetime(2026, 3, 1), date(2026, 1, 5), True, 40.0, "Busy"]
    row_cells = {
        "Site number": "7",
        "Effective date": "2026-03-01",
        "Since": "2026-01-05",
        "Confirm": "yes",
        "Enrollment target": "40",
    }
    assert cells(read_upload(workbook([head, line]))) == [(2, row_cells | {"Reason for change": "Busy"})]


@given(st.text())
def test_an_escaped_formula_is_unescaped_on_upload(text):
    assert unescape_formula(escape_formula_reversibly(text)) == text
    assert not escape_formula_reversibly(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_every_column_is_described_on_the_page_or_obvious():
    speaking = {Column.TRIAL, Column.FACILITY, Column.CITY, Column.COUNTRY, Column.STATUS_NOW, Column.SINCE}
    from django.template.loader import render_to_string

    page_text = render_to_string("work/bulk_upload/_columns.html")
    assert all(column in page_text for column in Column if column not in speaking)
