"""Tables of counts pasted from a spreadsheet: parsing, and matching of rows to sites and months.

Columns are recognized by their headings (site, site number, city, month, count), or are in the order: site or month,
then the five counts. A column headed by a month holds the enrolled of that month. Rows that cannot be parsed or matched
unambiguously are reported, never dropped.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field

from common.date_parsing import parse_month
from common.partial_dates import PartialDate
from common.spreadsheets.delimited import read_delimited
from common.spreadsheets.escaping import unescape_formula
from common.spreadsheets.table import Row, TableError
from sites.enrollment.grid import Key
from sites.enrollment.parsing import normalize_count
from sites.models import TrialSite
from sites.rules import CUMULATIVE
from sites.spreadsheets.columns import COUNT_COLUMNS, UNSUPPORTED_COUNTS, SiteColumn, heading_key, site_columns
from sites.spreadsheets.site_matching import SiteCells, SiteMatcher, parse_site_number

MONTH, IGNORED = "month", "ignored"
_MONTH_HEADINGS = ("month", "period", "reporting month", "report month", "month of report", "reporting period")
_CELL_OF = {
    SiteColumn.TRIAL: "trial", SiteColumn.NUMBER: "number", SiteColumn.NAME: "name", SiteColumn.CITY: "city",
    SiteColumn.STATE: "state", SiteColumn.COUNTRY: "country", SiteColumn.LISTING: "entry", SiteColumn.SITE: "site",
}  # fmt: skip
_COLUMN_KINDS = (
    {word: _CELL_OF[column] for word, column in site_columns()}
    | {word: count for count, words in COUNT_COLUMNS.items() for word in words}
    | dict.fromkeys(_MONTH_HEADINGS, MONTH)
    | {"": IGNORED}
)
CANNOT_READ_MONTH = "Cannot read this month"

Cells = dict[Key, dict[str, str]]
SITE_MISSING = "Site missing."
MONTH_MISSING = "Month missing."


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` is a month, a count or a cell of `SiteCells`, blank when unknown."""

    kind: str
    month: PartialDate | None = None
    heading: str = ""


@dataclass(slots=True)
class PastedRow:
    """One row: the cells that identify its site, its month, and texts by (month or None, count).

    `problem` says why the row cannot be used; `has_month_column`: the table has a column for the month.
    """

    number: int
    text: str
    site: SiteCells = field(default_factory=SiteCells)
    month: PartialDate | None = None
    has_month_column: bool = False
    counts: dict[tuple[PartialDate | None, str], str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not matched: its number from 1 (0 for the whole table), its text, and the reason."""

    number: int
    text: str
    reason: str


def read_table(text: str, *, day_first: bool | None = None) -> tuple[list[PastedRow], list[RejectedRow]]:
    """The rows of a table separated by tabs, semicolons, or commas below known headings, and the rejected parts."""
    try:
        rows = read_delimited(text, delimiter=_delimiter(text)).rows
    except TableError as error:
        return [], [RejectedRow(0, "", str(error))]
    if not rows:
        return [], [RejectedRow(0, "", "The table is empty.")]
    read_month = _month_reader(day_first)
    columns = _headings(rows[0].cells, read_month)
    duplicates = _duplicate_columns_message(columns)
    if duplicates:
        return [], [RejectedRow(0, "", duplicates)]
    body = rows[1:] if columns else rows
    pasted_rows = [_read(row, columns or _default_columns(row.cells, read_month), read_month) for row in body]
    rejected = [
        RejectedRow(rows[0].number, column.heading, _unknown_column_message(column))
        for column in columns
        if not column.kind
    ]
    too_long = (row for row in body if _is_too_long(row.cells, columns))
    return pasted_rows, rejected + [
        RejectedRow(*_number_and_text(row), "The row has more cells than the table has columns.") for row in too_long
    ]


def _delimiter(text: str) -> str:
    """The delimiter of the text; a comma only below headings, because names contain commas too."""
    delimiter = next((mark for mark in "\t;" if mark in text), "")
    first = text.strip().partition("\n")[0]
    has_headings = sum(_kind(heading) not in ("", IGNORED) for heading in first.split(",")) > 1
    return delimiter or ("," if has_headings else "\t")


def _month_reader(day_first: bool | None) -> Callable[[str], PartialDate]:
    return lambda text: PartialDate(parse_month(text, day_first=day_first))


def _headings(cells: Sequence[str], read_month: Callable) -> list[Column]:
    """The columns of the first row, if it names at least one and holds no count; else an empty list."""
    columns = [_column(cell, read_month) for cell in cells]
    named = [column for column in columns if column.kind not in ("", IGNORED)]
    is_body = any(cell.strip().isdigit() for cell in cells) or (len(named) == 1 and named[0].month and cells[0].strip())
    return [] if is_body or not named else _with_site_numbers(columns)


def _with_site_numbers(columns: Sequence[Column]) -> list[Column]:
    """The columns with “Site” as the name where another column holds the numbers."""
    has_numbers = any(column.kind == "number" for column in columns)
    return [Column("name", None, one.heading) if one.kind == "site" and has_numbers else one for one in columns]


def _column(cell: str, read_month: Callable) -> Column:
    heading = unescape_formula(cell).strip()
    try:
        return Column("enrolled", read_month(heading), heading)
    except ValueError:
        return Column(_kind(heading), None, heading)


def _kind(heading: str) -> str:
    return _COLUMN_KINDS.get(heading_key(heading), "")


def _unknown_column_message(column: Column) -> str:
    return UNSUPPORTED_COUNTS.get(heading_key(column.heading)) or "Column not recognized, so it was not read."


def _duplicate_columns_message(columns: Sequence[Column]) -> str:
    """A message naming two columns with the same meaning; blank when there are none."""
    seen: dict[tuple, str] = {}
    for column in columns:
        key = ("name" if column.kind == "site" else column.kind, column.month)
        if column.kind in ("", IGNORED):
            continue
        if key in seen:
            return (
                f"The columns “{seen[key]}” and “{column.heading}” mean the same. Delete one of them, then paste again."
            )
        seen[key] = column.heading
    return ""


def _default_columns(cells: Sequence[str], read_month: Callable) -> list[Column]:
    return [Column(MONTH if _is_month(cells[0], read_month) else "site"), *(Column(name) for name in CUMULATIVE)]


def _is_month(text: str, read_month: Callable) -> bool:
    try:
        return bool(read_month(text))
    except ValueError:
        return False


def _is_too_long(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    return any(cell.strip() for cell in cells[len(columns) or len(CUMULATIVE) + 1 :])


def _read(row: Row, columns: Sequence[Column], read_month: Callable) -> PastedRow:
    pasted = PastedRow(*_number_and_text(row), has_month_column=any(column.kind == MONTH for column in columns))
    pasted.problem = " ".join(row.problems.values())
    site: dict[str, str] = {}
    for text, column in _cells(row, columns):
        if column.kind == MONTH:
            pasted.month, problem = _month(text, read_month)
            pasted.problem = pasted.problem or problem
        elif column.kind in CUMULATIVE:
            pasted.counts[column.month, column.kind] = text
        elif column.kind == "site":
            site["name" if parse_site_number(text) is None else "number"] = text
        elif column.kind not in ("", IGNORED):
            site[column.kind] = text
    pasted.site = SiteCells(**site)
    return pasted


def _cells(row: Row, columns: Sequence[Column]) -> Iterator[tuple[str, Column]]:
    """The non-blank cells, each with its column."""
    texts = (unescape_formula(cell).strip() for cell in row.cells)
    return ((text, column) for text, column in zip(texts, columns, strict=False) if text)


def _month(text: str, read_month: Callable) -> tuple[PartialDate | None, str]:
    """The month, and the reason why it cannot be read."""
    try:
        return read_month(text), ""
    except ValueError as error:
        return None, f"{CANNOT_READ_MONTH}: {error}"


def _number_and_text(row: Row) -> tuple[int, str]:
    return row.number, " · ".join(cell.strip() for cell in row.cells if cell.strip())[:120]


class PasteMatcher:
    """Matches rows to `sites`; a row without a site belongs to the only site, if there is one.

    `month` is the month of rows in a table without months.
    """

    def __init__(self, sites: Iterable[TrialSite], *, month: PartialDate | None):
        self.month, self._matcher = month, SiteMatcher(sites)

    def match_rows(self, rows: Sequence[PastedRow]) -> tuple[Cells, list[RejectedRow]]:
        """The texts by site, month and count, and the rejected rows."""
        cells: Cells = {}
        rejected = []
        for row in rows:
            try:
                self._add_row(row, cells)
            except ValueError as error:
                rejected.append(RejectedRow(row.number, row.text, str(error)))
        return cells, rejected

    def _add_row(self, row: PastedRow, cells: Cells) -> None:
        """Add the texts of a row to `cells`. ValueError, with a message, where it cannot be matched."""
        if row.problem:
            raise ValueError(row.problem)
        site = self._site(row)
        if not row.counts:
            raise ValueError("No numbers in this row.")
        default_month = row.month if row.has_month_column else self.month
        keys = {(month, name): (site.pk, month or default_month) for month, name in row.counts}
        if any(month is None for _, month in keys.values()):
            raise ValueError(MONTH_MISSING)
        if any(name in cells.get(key, {}) for (_, name), key in keys.items()):
            raise ValueError("An earlier row has the same site and month.")
        for (month, name), text in row.counts.items():
            cells.setdefault(keys[month, name], {})[name] = normalize_count(text)

    def _site(self, row: PastedRow) -> TrialSite:
        if not any(astuple(row.site)) and len(self._matcher.sites) > 1:
            raise ValueError(SITE_MISSING)
        return self._matcher.match(row.site)
