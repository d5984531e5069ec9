"""Reading of workbooks: sheet, rows and cells as shown to the user, and notices about the rest."""

import pytest

from common.spreadsheets import sheet_reader
from common.spreadsheets.number_formats import date_precision, format_number
from common.spreadsheets.table import MAX_COLUMNS, MAX_ROWS, Limits, Table, TableError
from common.spreadsheets.worker import read_workbook
from tests.common.spreadsheets.workbooks import HEADINGS, RELATIONS, STRICT, number, row, sheet, styles, text, workbook


def read(*sheets, **more) -> Table:
    return read_workbook(workbook(*sheets, **more), Limits())


def cells(table: Table) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in table.rows]


def a_sheet(name: str, state: str, site: int) -> tuple[str, str, str]:
    return name, state, sheet(HEADINGS, row(2, number("A2", site), text("B2", "yes")))


def test_the_first_visible_sheet_with_content_is_read_and_named():
    blank = ("Cover", "visible", sheet())
    table = read(
        a_sheet("Old", "hidden", 1), a_sheet("Older", "veryHidden", 2), blank, a_sheet("Sites", "visible", 7),
        a_sheet("Next", "visible", 8),
    )  # fmt: skip
    assert cells(table)[1] == (2, ["7", "yes"])
    assert table.notices == [
        "Sheet read: “Sites”.",
        "Not read: the sheet “Next”. Upload each in a file of its own.",
        "Not read because hidden: the sheets “Old”, “Older”.",
    ]


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ([a_sheet("Old", "hidden", 1)], "no visible sheet with cells"),
        ([a_sheet("Old", "hidden", 1), ("New", "visible", sheet())], "no visible sheet with cells"),
        ([("New", "visible", sheet())], "The sheets of this workbook are empty."),
    ],
)
def test_a_workbook_that_shows_nothing_is_refused(sheets, words):
    with pytest.raises(TableError, match=words):
        read(*sheets)


def test_a_sheet_that_is_a_chart_is_no_sheet_of_cells():
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/{kind}" Target="worksheets/sheet{at}.xml"/>'
        for at, kind in ((1, "chartsheet"), (2, "worksheet"))
    )
    table = read(
        ("Chart", "visible", "<chartsheet/>"),
        a_sheet("Sites", "visible", 7),
        parts={"xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>"},
    )
    assert table.notices == ["Sheet read: “Sites”."]


def test_a_row_after_five_thousand_blank_ones_is_read():
    table = read(sheet(HEADINGS, row(2, number("A2", 138)), row(6000, number("A6000", 137))))
    assert cells(table)[1:] == [(2, ["138"]), (6000, ["137"])]


def test_rows_out_of_order_are_all_read():
    table = read(sheet(row(3, number("A3", 3)), HEADINGS, row(2, number("A2", 2))))
    assert [line.number for line in table.rows] == [1, 2, 3]


def test_more_rows_than_allowed_are_refused_without_reading_on():
    with pytest.raises(TableError, match="more than 5,000 rows"):
        read(sheet(*(row(at, number(f"A{at}", at)) for at in range(1, MAX_ROWS + 3))))


def test_as_many_rows_and_columns_as_allowed_are_read():
    assert len(read(sheet(*(row(at, number(f"A{at}", at)) for at in range(1, MAX_ROWS + 2)))).rows) == MAX_ROWS + 1
    (last,) = read(sheet(row(1, number("GR1", 7)))).rows
    assert len(last.cells) == MAX_COLUMNS
    with pytest.raises(TableError, match="a cell at GS1"):
        read(sheet(row(1, number("GS1", 7))))


@pytest.mark.parametrize(
    "rows", [[row(1, number("A1", 7)), row(1, number("A1", 8))], [row(1, number("A1", 7), number("A1", 8))]]
)
def test_a_duplicate_row_or_cell_is_rejected(rows):
    with pytest.raises(TableError, match="its cell references are inconsistent"):
        read(sheet(*rows))


def test_texts_and_merged_cells_are_limited(monkeypatch):
    monkeypatch.setattr(sheet_reader, "MAX_TEXT", 20)
    line = [row(1, text("A1", "x" * 10)), row(2, text("A2", "x" * 10))]
    assert len(read(sheet(*line)).rows) == 2
    with pytest.raises(TableError, match="The texts in this sheet are longer"):
        read(sheet(*line, row(3, text("A3", "x"))))
    merged = '<mergeCell ref="A1:A2"/>' * (MAX_ROWS + 1)
    with pytest.raises(TableError, match="more than 5,000 merged cells"):
        read(sheet(line[0], after=f"<mergeCells>{merged}</mergeCells>"))


def test_the_strict_form_of_the_format_is_read_alike():
    assert cells(read(sheet(row(1, text("A1", "Site number")), namespace=STRICT))) == [(1, ["Site number"])]


def test_hidden_rows_are_not_read_hidden_columns_are_and_notices_report_both():
    table = read(
        sheet(
            HEADINGS,
            row(2, number("A2", 7), text("B2", "yes")),
            row(3, number("A3", 8), text("B3", "yes"), hidden=True),
            before='<cols><col min="1" max="1" hidden="1"/></cols>',
        )
    )
    assert cells(table)[1:] == [(2, ["7", "yes"])]
    assert table.notices[1:] == [
        "Hidden rows were not read: 3. Show them (or clear the filter) to include them.",
        "Hidden columns were read too: A.",
    ]


def test_merged_cells_count_in_each_of_their_rows():
    merged = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="C1:D1"/></mergeCells>'
    table = read(sheet(HEADINGS, row(2, number("A2", 7), text("B2", "x")), row(3, text("B3", "y")), after=merged))
    assert cells(table)[1:] == [(2, ["7", "x"]), (3, ["7", "y"])]
    assert table.notices[1:] == ["Merged cells count in each of their rows: A2:A3."]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<c r="A1"><f>1+1</f></c>', "a formula without a value"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "The cell shows the error #N/A."),
        ('<c r="A1" t="e"><f>VLOOKUP(1,B:C,2)</f><v>#REF!</v></c>', "The cell shows the error #REF!."),
        (text("A1", "########"), "The cell shows the error ########."),
        ('<c r="A1"><v>1e999</v></c>', "a number that cannot be read"),
        (number("A1", "99999999", style=1), "a number that cannot be read"),
    ],
)
def test_a_cell_without_a_value_is_a_problem_of_its_own(cell, words):
    [line] = read(sheet(row(1, cell)), parts={"xl/styles.xml": styles("yyyy-mm-dd")}).rows
    assert words in line.problems[0]


@pytest.mark.parametrize(
    ("cell", "typed"),
    [
        ('<c r="A1" t="b"><v>1</v></c>', "yes"),
        ('<c r="A1" t="b"><v>0</v></c>', "no"),
        ('<c r="A1" t="str"><f>A2</f><v>Busy</v></c>', "Busy"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A1" t="d"><v>2026-10-01T00:00:00</v></c>', "2026-10-01"),
        ('<c r="A1" t="s"><v>0</v></c>', "Rich text"),
        (number("A1", "40.0"), "40"),
        (number("A1", "0.1"), "0.1"),
        (number("A1", "1E2"), "100"),
        (number("A1", "12345678901234567890"), "12345678901234567890"),
    ],
)
def test_a_cell_is_read_as_one_would_type_it(cell, typed):
    shared = "<sst><si><r><t>Rich</t></r><r><t> text</t></r><rPh><t>no</t></rPh></si></sst>"
    assert cells(read(sheet(row(1, cell)), parts={"xl/sharedStrings.xml": shared})) == [(1, [typed])]


@pytest.mark.parametrize(
    ("escaped", "typed"),
    [
        ("No drug left_x000D_\nsince May", "No drug left\r\nsince May"),
        ("Ward_x0009_7", "Ward\t7"),
        ("_x005F_x000D_", "_x000D_"),
        ("site_xa100_ev", "site\ua100ev"),
        ("_xD83D__xDE00_", "😀"),
        ("half _xD83D_", "half _xD83D_"),
        ("_x0000_ _x0007_ _xFFFE_", "_x0000_ _x0007_ _xFFFE_"),
        ("_x00D_ x000D_", "_x00D_ x000D_"),
    ],
)
def test_an_escaped_character_is_read_as_the_character(escaped, typed):
    for cell in (text("A1", escaped), f'<c r="A1" t="str"><v>{escaped}</v></c>', '<c r="A1" t="s"><v>0</v></c>'):
        parts = {"xl/sharedStrings.xml": f"<sst><si><t>{escaped}</t></si></sst>"}
        assert cells(read(sheet(row(1, cell)), parts=parts)) == [(1, [typed])]


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("mmm-yy", "2026-10"),
        ("[$-409]mmm\\-yy;@", "2026-10"),
        ("mmmm yyyy", "2026-10"),
        ('"Month: "mm/yyyy', "2026-10"),
        ("yyyy", "2026"),
        ("dd.mm.yyyy", "2026-10-15"),
        ("d-mmm", "2026-10-15"),
        ("m/d/yy h:mm", "2026-10-15"),
        ("General", "46310"),
        ("0", "46310"),
        ('0.00" days"', "46310"),
        ("0%", "4631000%"),
        ('"NCT"00000000', "NCT00046310"),
        ("#,##0;[Red]-#,##0", "46310"),
        ("0.00E+00", "46310"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(code, typed):
    assert format_number("46310", code, is_1904=False) == typed


def test_times_percentages_and_the_other_epoch():
    assert format_number("0.5", "h:mm", is_1904=False) == "12:00"
    assert format_number("0.125", "0.0%", is_1904=False) == "12.5%"
    assert format_number("44848", "yyyy-mm-dd", is_1904=True) == "2026-10-15"
    assert format_number("59", "yyyy-mm-dd", is_1904=False) == "1900-02-28"
    assert date_precision("[h]:mm") == "TIME"


def test_the_other_epoch_is_that_of_the_workbook():
    content = sheet(row(1, number("A1", 44848, style=1)))
    parts = {"xl/styles.xml": styles("mmm-yy")}
    assert cells(read(content, parts=parts, properties='<workbookPr date1904="1"/>')) == [(1, ["2026-10"])]
