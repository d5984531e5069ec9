"""Files that are rejected before parsing, with a message, in little time and memory."""

import io
import time
import tracemalloc
import zipfile

import pytest

from common.spreadsheets.table import Limits, TableError
from common.spreadsheets.worker import read_workbook
from tests.common.spreadsheets.workbooks import (
    MAIN,
    a_workbook,
    damaged,
    number,
    row,
    sheet,
    styles,
    text,
    with_flag,
    workbook,
)

LIMITS = Limits()


def refusal(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(TableError) as error:
        read_workbook(content, limits)
    return str(error.value)


def a_package(**members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), member)
    return content.getvalue()


def many_rows(count: int) -> str:
    return sheet(*(row(at, number(f"A{at}", at), number(f"B{at}", 7)) for at in range(1, count + 1)))


HEAVY = {
    "rows of 30 MB": (lambda: workbook(many_rows(450_000)), "Unpacked, this file has"),
    "more cells than allowed": (lambda: workbook(many_rows(200_000)), "more than 250,000 cells"),
    "blank cells that have a format": (
        lambda: workbook(sheet(*(row(at, *(f'<c r="{letter}{at}" s="1"/>' for letter in "ABCDEFGHIJ"))
                                 for at in range(1, 30_000)))),
        "blank ones that have a format",
    ),
    "a wide row": (
        lambda: workbook(sheet("<row>" + "".join(f"<c><v>{at}</v></c>" for at in range(300_000)) + "</row>")),
        "more than 250,000 cells",
    ),
    "three million styles": (
        lambda: a_workbook(styles_xml=f"<styleSheet {MAIN}>" + "<xf/>" * 3_000_000 + "</styleSheet>"),
        "unpacks to over 200 times its size",
    ),
    "more styles than allowed": (
        lambda: a_workbook(
            styles_xml="<styleSheet>" + "".join(f'<xf numFmtId="{at}"/>' for at in range(30_000)) + "</styleSheet>"
        ),
        "more than 20,000 cell styles",
    ),
    "shared texts": (
        lambda: a_workbook(
            sharedStrings_xml=f"<sst {MAIN}>" + "".join(f"<si><t>{at}</t></si>" for at in range(400_000)) + "</sst>"
        ),
        "more than 250,000 texts",
    ),
    "rows without cells": (
        lambda: workbook(sheet(*(f'<row r="{at}" ht="15"/>' for at in range(1, 600_000)))),
        "far more rows or properties",
    ),
    "an element of many attributes": (
        lambda: workbook("<worksheet " + " ".join(f'a{at}="1"' for at in range(1_000_000)) + "/>"),
        "far more rows or properties",
    ),
    "zeros": (lambda: a_workbook(media__zeros_xml=bytes(20 * 2**20)), "unpacks to over 200 times its size"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_a_small_file_that_unpacks_to_much_is_refused_in_little_time_and_memory(name):
    make, words = HEAVY[name]
    content = make()
    assert len(content) < LIMITS.bytes
    began = time.process_time()
    assert words in refusal(content)
    assert time.process_time() - began < 3
    tracemalloc.start()  # makes it about three times as slow
    try:
        assert words in refusal(content)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20 * 2**20


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 but no more", "This file is damaged"),
        (a_workbook()[:-200], "This file is damaged"),
        (damaged(a_workbook(), "xl/worksheets/sheet1.xml"), "This file is damaged"),
        (with_flag(a_workbook(), 0x1), "protected by a password"),
        (a_package(readme_txt="no workbook"), "not a readable Excel workbook (.xlsx)"),
        (a_package(content_xml="<x/>", mimetype=""), "OpenDocument file (.ods)"),
        (a_package(xl__workbook_bin=""), "binary workbook (.xlsb)"),
        (a_package(word__document_xml=""), "Word document"),
        (workbook(sheet(), parts={"xl/workbook.xml": "<workbook"}), "not a readable Excel workbook (.xlsx)"),
        (workbook(sheet(), parts={f"xl/media/{at}": b"" for at in range(1_001)}), "parts, more than a workbook has"),
        (workbook(sheet(), parts={"xl/worksheets/sheet1.xml": "<worksheet><row></worksheet>"}), "not a readable Excel"),
        (workbook(sheet(row(1, text("A2", "x")))), "its cell references are inconsistent"),
        (workbook(sheet('<row r="99999999999"><c><v>1</v></c></row>')), "its cell references are inconsistent"),
        (workbook(sheet(row(1, '<c r="A1" t="s"><v>9</v></c>'))), "not a readable Excel workbook (.xlsx)"),
        (workbook(sheet(row(1, text("ZZ1", "x")))), "at most 200 columns"),
    ],
    ids=[
        "stump", "cut off", "damaged", "encrypted", "no workbook", "ods", "xlsb", "docx", "workbook not well formed",
        "many parts", "sheet not well formed", "cell of another row", "row beyond the last", "no such text",
        "far right",
    ],
)  # fmt: skip
def test_a_damaged_workbook_is_refused_with_advice(content, words):
    message = refusal(content)
    assert words in message
    assert message.endswith(".")


BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
PARTS = {"xl/styles.xml": styles("0"), "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>Site</t></si></sst>"}


def with_definitions(part: str, encoding: str, definitions: str) -> bytes:
    """A sound workbook, of which one part begins with these definitions."""
    cells = sheet(row(1, '<c r="A1" t="s"><v>0</v></c>', number("B1", 1, style=1)))
    with zipfile.ZipFile(io.BytesIO(workbook(cells, parts=PARTS))) as archive:
        xml = archive.read(f"xl/{part}").decode()
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{definitions}{xml}'.encode(encoding)
    return workbook(cells, parts=PARTS | {f"xl/{part}": declared})


@pytest.mark.parametrize("part", ["worksheets/sheet1.xml", "workbook.xml", "styles.xml", "sharedStrings.xml"])
@pytest.mark.parametrize(
    ("encoding", "words"), [("utf-8", "definitions (DTD)"), ("utf-16", "not a readable Excel workbook (.xlsx)")]
)
def test_no_part_may_have_definitions_in_any_encoding(part, encoding, words):
    assert read_workbook(with_definitions(part, encoding, ""), LIMITS).rows[0].cells == ["Site", "1"]
    for definitions in (BILLION_LAUGHS, "<!DOCTYPE x>"):
        assert words in refusal(with_definitions(part, encoding, definitions))


def test_a_valid_workbook_is_read():
    assert [line.cells for line in read_workbook(a_workbook(), LIMITS).rows] == [
        ["Site number", "Confirm"],
        ["7", "yes"],
    ]
