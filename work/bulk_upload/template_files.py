"""The spreadsheet template: a user's sites with their current values and empty columns for changes."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from common.spreadsheets.escaping import escape_characters, escape_formula_reversibly
from common.spreadsheets.table import MAX_ROWS
from sites.choices import SiteStatus
from sites.models import TrialSite
from sites.permissions import authorities_over, may_edit_targets
from work.bulk_upload.columns import INTERMEDIATE_COLUMNS, TARGET_COLUMNS, Column
from work.bulk_upload.site_matching import with_list_fields

WIDTHS = {Column.FACILITY: 44, Column.REASON: 32, Column.NOTE: 44} | dict.fromkeys(
    (Column.STATUS_NOW, Column.EARLIER_1, Column.EARLIER_2, Column.NEW_STATUS), 22
)
_EDITABLE_COLUMNS = (
    *(column for pair in INTERMEDIATE_COLUMNS for column in pair),
    *(Column.NEW_STATUS, Column.NEW_SINCE, Column.REASON, Column.CONFIRM),
)
#: Accepted in uploads, not written: rows of the template are identified by site number.
_READ_ONLY = (Column.STATE,)

_CELLS: dict[Column, Callable[[TrialSite], object]] = {
    Column.TRIAL: lambda site: site.trial.key,
    Column.SITE: lambda site: site.pk,
    Column.FACILITY: lambda site: site.facility.title,
    Column.CITY: lambda site: site.facility.city,
    Column.COUNTRY: lambda site: site.facility.country,
    Column.LISTING: lambda site: site.duplicate_index if site.duplicate_index > 1 else "",
    Column.STATUS_NOW: lambda site: SiteStatus(site.status).label if site.status else "",
    Column.SINCE: lambda site: site.status_since,
    Column.TARGET: lambda site: site.enrollment_target,
    Column.NOTE: lambda site: site.internal_note,
    Column.VERSION: lambda site: site.version,
}


def template_lines(sites: QuerySet[TrialSite], user) -> list[list[str]]:
    """Headings and a line for each site; targets and notes only where the user can set them. Four queries."""
    listed = list(with_list_fields(sites)[:MAX_ROWS])
    authorities = authorities_over(user, listed)
    with_targets = {pk for pk, authority in authorities.items() if may_edit_targets(authority)}
    excluded = _READ_ONLY if with_targets else (*_READ_ONLY, *TARGET_COLUMNS)
    columns = [column for column in Column if column not in excluded]
    return [[*columns], *(_line(site, columns, site.pk in with_targets) for site in listed)]


def _line(site: TrialSite, columns: Iterable[Column], shows_targets: bool) -> list[str]:
    blank = _EDITABLE_COLUMNS if shows_targets else (*_EDITABLE_COLUMNS, *TARGET_COLUMNS)
    values = ("" if column in blank else _CELLS[column](site) for column in columns)
    return [escape_formula_reversibly("" if value is None else str(value)) for value in values]


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, which spreadsheet programs need."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(lines: Iterable[Sequence[str]]) -> bytes:
    """An Excel workbook of text cells, so that no formula runs and no date is converted, with a frozen header."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sites")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(next(iter(lines := list(lines)))):
        sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS.get(Column(column), 16)
    for number, line in enumerate(lines):
        sheet.append([_cell(sheet, text, is_heading=number == 0) for text in line])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _cell(sheet, text: str, *, is_heading: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=escape_characters(text))
    cell.data_type, cell.number_format = "s", "@"
    if is_heading:
        cell.font = Font(bold=True)
    return cell
