"""The tables that people bring: which are read, and what is said of those that are not."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.work.bulk.tables import workbook
from work.bulk.columns import MAX_ROWS, Column, SheetError
from work.bulk.escaping import escaped, plain
from work.bulk.texts import rows_of_file, rows_of_text
from work.bulk.workbooks import rows_of_workbook

HEAD = ("Site number", "New status", "Reason")


def cells(rows) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, {column.value: text for column, text in row.cells.items()}) for row in rows]


ONE = [(2, {"Site number": "7", "New status": "Suspended", "Reason": "Añejo, très"})]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_any_usual_csv_is_read(mark, delimiter, line_end):
    line = delimiter.join(["7", "Suspended", '"Añejo, très"'])
    assert cells(rows_of_file(mark + f"{delimiter.join(HEAD)}{line_end}{line}{line_end}".encode())) == ONE


def test_headings_may_be_written_anyhow_and_columns_left_out():
    assert cells(rows_of_text("REASON,site_number\n,\nBusy,7")) == [(3, {"Site number": "7", "Reason": "Busy"})]


def test_a_cell_may_have_lines():
    rows = rows_of_text('Site number,Internal note\n7,"One\nTwo"\n8,Three')
    assert cells(rows) == [
        (2, {"Site number": "7", "Internal note": "One\nTwo"}),
        (3, {"Site number": "8", "Internal note": "Three"}),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The table is empty."),
        (b"\n \n", "The table is empty."),
        (b"Site number,Reason\n", "Below its headings the table is empty."),
        (
            b"Site number,Mood,Shoe size\n7,good,44",
            "Unknown column: “Mood”, “Shoe size”. The columns are: Trial, Site number",
        ),
        (b"Site number,Reason,reason\n7,a,b", "The column “Reason” is there twice."),
        (b"Trial,Reason\nNCT00000001,a", "Name the sites"),
        (b"Site number,\n7,\n8,lost", "Row 3, column 2: “lost” stands below no heading."),
        (b"Site number,Reason\n7,fine\n8,Caf\xe9", "Row 3, column 2: this is not UTF-8."),
        (b'Site number;Reason\n7;"open', "Row 2: a quotation mark is missing"),
        ("Site number,Reason\n7,x".encode("utf-16"), "Row 1, column 1: this is not UTF-8."),
        (b"Site number,Reason\n7,\0", "Row 2, column 2: this is no text."),
    ],
)
def test_what_cannot_be_read_is_told_by_its_place(content, said):
    with pytest.raises(SheetError) as error:
        rows_of_file(content)
    assert said in str(error.value)


def test_more_rows_than_allowed_are_refused():
    for number, fits in ((MAX_ROWS, True), (MAX_ROWS + 1, False)):
        lines = [["Site number"], *([str(place)] for place in range(number))]
        for read, content in (
            (rows_of_text, "\n".join(line[0] for line in lines)),
            (rows_of_workbook, workbook(lines)),
        ):
            if fits:
                assert len(read(content)) == number
            else:
                with pytest.raises(SheetError, match="more than 5,000 rows"):
                    read(content)


def test_a_workbook_is_read_as_one_would_type_it():
    head = ["Site number", "New since", "Since", "Confirm", "Enrollment target", "Reason"]
    line = [7, datetime(2026, 3, 1), date(2026, 1, 5), True, 40.0, "Busy"]
    said = {
        "Site number": "7",
        "New since": "2026-03-01",
        "Since": "2026-01-05",
        "Confirm": "yes",
        "Enrollment target": "40",
    }
    assert cells(rows_of_workbook(workbook([head, line]))) == [(2, said | {"Reason": "Busy"})]


def test_a_formula_is_read_as_the_value_that_was_last_seen():
    content = workbook([["Site number", "Reason"], [7, "=1+1"]])
    assert cells(rows_of_workbook(content)) == [(2, {"Site number": "7"})]
    seen = rewritten(content, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>2</v>", b"<v />", b"<v>2</v>")
    assert cells(rows_of_workbook(seen)) == [(2, {"Site number": "7", "Reason": "2"})]


def rewritten(content: bytes, part: str, *pairs: bytes) -> bytes:
    """The workbook with bytes of one part exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == part:
                for before, after in zip(pairs[::2], pairs[1::2], strict=True):
                    data = data.replace(before, after)
            new.writestr(info.filename, data)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO(workbook([["Site number"], [7]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/zeros.bin", bytes(61 * 1024 * 1024))
    return out.getvalue()


def with_entities() -> bytes:
    declared = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]><worksheet"
    return rewritten(workbook([["Site number"], [7]]), "xl/worksheets/sheet1.xml", b"<worksheet", declared)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 but no more", "This is no Excel file"),
        (workbook([["Site number"], [7]])[:-200], "This is no Excel file"),
        (
            rewritten(workbook([["Site number"], [7]]), "xl/worksheets/sheet1.xml", b"<row", b"<raw"),
            "This is no Excel file",
        ),
        (with_entities(), "This is no Excel file"),
        (bomb(), "far larger than a table of sites"),
    ],
    ids=["stump", "cut off", "not well formed", "entities", "bomb"],
)
def test_what_is_no_honest_workbook_is_refused(content, said):
    with pytest.raises(SheetError, match=said):
        rows_of_workbook(content)


@given(st.text())
def test_an_escaped_text_comes_back_and_runs_in_no_spreadsheet(text):
    assert plain(escaped(text)) == text
    assert not escaped(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_every_column_is_told_on_the_page_or_speaks_for_itself():
    speaking = {Column.TRIAL, Column.FACILITY, Column.TOWN, Column.COUNTRY, Column.STATUS_NOW, Column.SINCE}
    from django.template.loader import render_to_string

    told = render_to_string("work/bulk/_columns.html")
    assert all(column in told for column in Column if column not in speaking)
