"""Which site and month a line of a pasted table is about. A guess is no match: what is not clear is told.

Reading a table of counts that was copied out of a spreadsheet. Pure; what cannot be read is told, never dropped.

Columns are known by their headings (a site, its number, its town, a month, a count), or stand in the order: site or
month, then the five counts. A column headed by a month holds the enrolled of that month.
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
from sites.rules.enrollment import CUMULATIVE
from sites.spreadsheets.columns import UNSUPPORTED_COUNTS, SiteColumn, count_columns, heading_key, site_columns
from sites.spreadsheets.site_matching import SiteCells, SiteMatcher

MONTH, IGNORED = "month", "ignored"
_MONTH_WORDS = ("month", "period", "reporting month", "report month", "month of report", "reporting period")
_CELL_OF = {
    SiteColumn.TRIAL: "trial", SiteColumn.NUMBER: "number", SiteColumn.NAME: "name", SiteColumn.TOWN: "town",
    SiteColumn.STATE: "state", SiteColumn.COUNTRY: "country", SiteColumn.ENTRY: "entry", SiteColumn.SITE: "site",
}  # fmt: skip
_COLUMN_KINDS = (
    {word: _CELL_OF[column] for word, column in site_columns()}
    | dict(count_columns())
    | dict.fromkeys(_MONTH_WORDS, MONTH)
    | {"": IGNORED}
)
CANNOT_READ_MONTH = "Cannot read this month"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a month, a count (of a month), or what says which site; blank when nobody knows."""

    kind: str
    month: PartialDate | None = None
    heading: str = ""


@dataclass(slots=True)
class PastedRow:
    """One line: the cells that name its site, its month, and texts by (month or None, count).

    `problem` says why nothing of it can be placed. A line of a table with a column for the month `has_month_column`.
    """

    number: int
    text: str
    site: SiteCells = field(default_factory=SiteCells)
    month: PartialDate | None = None
    has_month_column: bool = False
    counts: dict[tuple[PartialDate | None, str], str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """What did not fit: the line's number from 1 (0: the whole table), its text, and why."""

    number: int
    text: str
    why: str


def read_table(text: str, *, day_first: bool | None = None) -> tuple[list[PastedRow], list[RejectedLine]]:
    """The lines of a table that has tabs, or semicolons, or commas below headings that are known."""
    try:
        rows = read_delimited(text, delimiter=_delimiter(text)).rows
    except TableError as error:
        return [], [RejectedLine(0, "", str(error))]
    if not rows:
        return [], [RejectedLine(0, "", "The table is empty.")]
    read_month = _month_reader(day_first)
    columns = _headings(rows[0].cells, read_month)
    twice = _duplicate_columns_message(columns)
    if twice:
        return [], [RejectedLine(0, "", twice)]
    body = rows[1:] if columns else rows
    lines = [_read(row, columns or _default_columns(row.cells, read_month), read_month) for row in body]
    leftovers = [
        RejectedLine(rows[0].number, column.heading, _unknown_column_message(column))
        for column in columns
        if not column.kind
    ]
    too_long = (row for row in body if _is_too_long(row.cells, columns))
    return lines, leftovers + [
        RejectedLine(*_number_and_text(row), "There are more cells than columns.") for row in too_long
    ]


def _delimiter(text: str) -> str:
    """A comma only below headings, since it stands in names of hospitals too."""
    mark = next((mark for mark in "\t;" if mark in text), "")
    first = text.strip().partition("\n")[0]
    has_headings = sum(_kind(word) not in ("", IGNORED) for word in first.split(",")) > 1
    return mark or ("," if has_headings else "\t")


def _month_reader(day_first: bool | None) -> Callable[[str], PartialDate]:
    return lambda text: PartialDate(parse_month(text, day_first=day_first))


def _headings(cells: Sequence[str], read_month: Callable) -> list[Column]:
    """The columns, when the first line names at least one and holds no count."""
    columns = [_column(cell, read_month) for cell in cells]
    named = [column for column in columns if column.kind not in ("", IGNORED)]
    is_body = any(cell.strip().isdigit() for cell in cells) or (len(named) == 1 and named[0].month and cells[0].strip())
    return [] if is_body or not named else _with_site_numbers(columns)


def _with_site_numbers(columns: Sequence[Column]) -> list[Column]:
    """A column “Site” holds names where another one has the numbers, else numbers or names."""
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
    return UNSUPPORTED_COUNTS.get(heading_key(column.heading)) or "This column is not known, so it was not read."


def _duplicate_columns_message(columns: Sequence[Column]) -> str:
    """Which headings mean the same; blank when none do."""
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
            pasted.month, why = _month(text, read_month)
            pasted.problem = pasted.problem or why
        elif column.kind in CUMULATIVE:
            pasted.counts[column.month, column.kind] = text
        elif column.kind == "site":
            site["number" if text.removeprefix("#").isdigit() else "name"] = text
        elif column.kind not in ("", IGNORED):
            site[column.kind] = text
    pasted.site = SiteCells(**site)
    return pasted


def _cells(row: Row, columns: Sequence[Column]) -> Iterator[tuple[str, Column]]:
    """The cells that are not blank, each with its column."""
    texts = (unescape_formula(cell).strip() for cell in row.cells)
    return ((text, column) for text, column in zip(texts, columns, strict=False) if text)


def _month(text: str, read_month: Callable) -> tuple[PartialDate | None, str]:
    """(the month, why it cannot be read)."""
    try:
        return read_month(text), ""
    except ValueError as error:
        return None, f"{CANNOT_READ_MONTH}: {error}"


def _number_and_text(row: Row) -> tuple[int, str]:
    return row.number, " · ".join(cell.strip() for cell in row.cells if cell.strip())[:120]


Cells = dict[Key, dict[str, str]]
NAMES_NO_SITE = "It names no site."
NAMES_NO_MONTH = "It names no month."


class PasteMatcher:
    """Finds the site of a line among `sites`; a line that names none is about the only one.

    `month` is that of lines in a table without months.
    """

    def __init__(self, sites: Iterable[TrialSite], *, month: PartialDate | None):
        self.month, self._matcher = month, SiteMatcher(sites)

    def place(self, lines: Sequence[PastedRow]) -> tuple[Cells, list[RejectedLine]]:
        """The texts by line and count, and what has no place."""
        cells: Cells = {}
        leftovers = []
        for line in lines:
            try:
                self._place_row(line, cells)
            except ValueError as error:
                leftovers.append(RejectedLine(line.number, line.text, str(error)))
        return cells, leftovers

    def _place_row(self, line: PastedRow, cells: Cells) -> None:
        """ValueError, in words, where the line cannot be placed."""
        if line.problem:
            raise ValueError(line.problem)
        site = self._site(line)
        if not line.counts:
            raise ValueError("It holds no number.")
        usual = line.month if line.has_month_column else self.month
        keys = {(month, name): (site.pk, month or usual) for month, name in line.counts}
        if any(month is None for _, month in keys.values()):
            raise ValueError(NAMES_NO_MONTH)
        if any(name in cells.get(key, {}) for (_, name), key in keys.items()):
            raise ValueError("This site and month stood in an earlier line.")
        for (month, name), text in line.counts.items():
            cells.setdefault(keys[month, name], {})[name] = normalize_count(text)

    def _site(self, line: PastedRow) -> TrialSite:
        if not any(astuple(line.site)) and len(self._matcher.sites) > 1:
            raise ValueError(NAMES_NO_SITE)
        return self._matcher.match(line.site)
