"""Tables as Excel workbooks, in which no text is run as a formula. CSV: `common.csv_response`."""

import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from common.spreadsheets.escaping import escape_characters, escape_formula

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int
_NARROWEST, _WIDEST = 10, 60  # columns of a workbook, in characters


def xlsx_response(
    filename: str, sheet_name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """The rows as a workbook of one sheet with a frozen heading; numbers stay numbers, texts are texts only."""
    rows = list(rows)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(sheet_name)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(zip(headings, *rows, strict=True), start=1):
        longest = max(len(str(cell)) for cell in column)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, _NARROWEST), _WIDEST)
    sheet.append([_text_cell(sheet, heading, is_bold=True) for heading in headings])
    for row in rows:
        sheet.append([cell if isinstance(cell, int) else _text_cell(sheet, escape_formula(cell)) for cell in row])
    content = io.BytesIO()
    workbook.save(content)
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse(content.getvalue(), content_type=XLSX_TYPE, headers=headers)


def _text_cell(sheet, text: str, *, is_bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=escape_characters(ILLEGAL_CHARACTERS_RE.sub(" ", text)))
    cell.data_type, cell.number_format = "s", "@"
    if is_bold:
        cell.font = Font(bold=True)
    return cell
