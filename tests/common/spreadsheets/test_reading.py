"""Uploaded bytes and pasted text: limits of the reading process, and messages for every error."""

from pathlib import Path

import pytest

from common.spreadsheets.delimited import read_delimited
from common.spreadsheets.reading import LIMITS_EXCEEDED, read_pasted, read_upload
from common.spreadsheets.table import TableError
from tests.common.spreadsheets.workbooks import a_workbook, workbook

TABLE = [(1, ["Site number", "Reason"]), (2, ["7", "Zürich"])]
CSV = "Site number;Reason\r\n7;Zürich\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def cells(table) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in table.rows]


@pytest.fixture
def limits(settings):
    """Changes single limits: `limits(seconds=1)`."""

    def change(**values: int) -> None:
        settings.SPREADSHEET_LIMITS = settings.SPREADSHEET_LIMITS | values

    return change


def children() -> set[str]:
    """The processes that this one started and has not waited for."""
    return {child for listed in Path("/proc/self/task").glob("*/children") for child in listed.read_text().split()}


def test_a_workbook_is_read_in_another_process():
    assert cells(read_upload(a_workbook())) == [(1, ["Site number", "Confirm"]), (2, ["7", "yes"])]


def a_costly_workbook() -> bytes:
    """Within all that is counted beforehand, and yet costly to parse: elements of very many attributes."""
    attributes = " ".join(f'a{at}="1"' for at in range(200_000))
    sheets = [f"<worksheet {attributes}/>"] * 4
    return workbook(*sheets)


@pytest.mark.parametrize("limit", [{"seconds": 1}, {"memory_megabytes": 90}])
def test_the_process_ends_at_its_limits_and_nothing_of_it_stays(limits, limit):
    limits(**limit)
    before = children()
    with pytest.raises(TableError) as error:
        read_upload(a_costly_workbook())
    assert str(error.value) == LIMITS_EXCEEDED
    assert children() == before


def test_limits_are_settings(limits):
    limits(cells=3)
    with pytest.raises(TableError, match="more than 3 cells"):
        read_upload(a_workbook())
    limits(megabytes=0)
    with pytest.raises(TableError, match="larger than 0 MB"):
        read_pasted("Site number\n7")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OLE + bytes(600), "an old Excel (.xls)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\x1f\x8b\x08", "compressed (gzip)"),
        (b"\xef\xbb\xbf <HTML><table>", "a web page (HTML), even if its name ends in .xls"),
        (b"<?xml version='1.0'?><Workbook/>", "This is an XML file."),
        (b"Site number;Reason\n7;Z\x81rich", "Row 2, column 2: this is not text in UTF-8, UTF-16 or Windows-1252"),
        (b"\xff\xfeS\x00i", "Row 1, column 1: this is not text in UTF-8"),
        (b"Site number,Reason\n7,\0", "Row 2, column 2: this is not text."),
    ],
)
def test_an_unsupported_file_is_refused_with_advice(content, words):
    with pytest.raises(TableError) as error:
        read_upload(content)
    assert words in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_encoding_with_a_byte_order_mark_is_read(encoding):
    assert cells(read_upload(CSV.encode(encoding))) == TABLE


def test_a_file_in_windows_1252_is_read_with_a_notice():
    table = read_upload("Site number;Reason\n7;Zürich – “Café”".encode("cp1252"))
    assert [line.cells for line in table.rows] == [["Site number", "Reason"], ["7", "Zürich – “Café”"]]
    assert "read as Windows-1252" in table.notices[0]
    assert not read_upload("Site number;Reason\n7;Zürich".encode()).notices


def test_unicode_text_as_a_spreadsheet_writes_it_is_read():
    assert cells(read_upload("Site number\tReason\r\n7\tZürich".encode("utf-16"))) == [
        (1, ["Site number", "Reason"]),
        (2, ["7", "Zürich"]),
    ]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=|"])
def test_a_first_line_may_set_the_delimiter_and_counts_as_a_row(line):
    text = f"{line}\r\n" + CSV.replace(";", line.strip('"')[-1])
    assert cells(read_upload(text.encode())) == [(number + 1, line) for number, line in TABLE]
    assert cells(read_pasted(text)) == [(number + 1, line) for number, line in TABLE]


def test_commas_in_quotation_marks_do_not_set_the_delimiter():
    assert cells(read_delimited('"Site, number, or name";Reason\n7;"a\nb"\n8;c')) == [
        (1, ["Site, number, or name", "Reason"]),
        (2, ["7", "a\nb"]),
        (3, ["8", "c"]),
    ]


def test_an_error_value_in_a_text_is_a_problem_of_its_cell():
    _, line = read_delimited("Site number\tReason\n7\t#N/A").rows
    assert line.problems == {1: "The cell shows the error #N/A."}


def test_cells_and_rows_of_invisible_characters_are_blank():
    assert cells(read_delimited("Site number\tReason\n7\t\u200b\n\u2060\t\ufeff\u00ad")) == [
        (1, ["Site number", "Reason"]),
        (2, ["7"]),
    ]
