"""Reading a pasted list of sites: site numbers, hospitals, or trials with hospitals, one a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from common.numbers import parse_whole_number
from common.spreadsheets.delimited import read_delimited
from common.spreadsheets.table import Row, TableError
from common.text import search_key
from sites.models import Facility, TrialSite
from sites.spreadsheets.columns import SiteColumn, heading_key, site_columns
from sites.spreadsheets.site_matching import SiteCells, SiteMatcher, trials_called

_COLUMNS = dict(site_columns())
#: What the cells are in a list without headings, by their count.
_WITHOUT_HEADINGS = {
    1: (SiteColumn.SITE,),
    2: (SiteColumn.TRIAL, SiteColumn.SITE),
    3: (SiteColumn.TRIAL, SiteColumn.SITE, SiteColumn.TOWN),
}
_CELLS = {
    SiteColumn.TRIAL: "trial", SiteColumn.NUMBER: "number", SiteColumn.NAME: "name", SiteColumn.TOWN: "town",
    SiteColumn.STATE: "state", SiteColumn.COUNTRY: "country", SiteColumn.ENTRY: "entry",
}  # fmt: skip
MAX_LINES = 500


@dataclass
class SiteList:
    """`problems` says of each line that means no site, or more than one, what is wrong with it."""

    sites: list[TrialSite] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_site_list(text: str) -> SiteList:
    """The sites that the lines mean; a hospital without a trial means all its sites. TableError for no list."""
    lines = list(_lines(text))
    if len(lines) > MAX_LINES:
        raise TableError(f"The list has more than {MAX_LINES} lines. Split it into several.")
    matcher = SiteMatcher(_candidates(cells for _, cells in lines))
    read, found = SiteList(), {}
    for number, cells in lines:
        try:
            sites = _sites_of_hospital(cells) if cells.name and not cells.trial else [matcher.match(cells)]
            found |= {site.pk: site for site in sites}
        except ValueError as error:
            read.problems.append(f"Line {number}: {error}")
    read.sites = list(found.values())
    return read


def sites_of_facilities(facilities: Iterable[int]) -> list[TrialSite]:
    """All sites of these facilities, by trial."""
    return list(_with_place().filter(facility__in=facilities).order_by("trial_id", "pk"))


def _lines(text: str):
    rows = read_delimited(text, delimiter="\t" if "\t" in text else ";").rows
    columns = _headings(rows[0]) if rows else None
    for row in rows[1:] if columns else rows:
        known = columns or _WITHOUT_HEADINGS.get(min(len(row.cells), 3))
        yield row.number, _site_cells(dict(zip(known, row.cells, strict=False)))


def _headings(row: Row) -> Sequence[SiteColumn | None] | None:
    """The column of each place, None for one that says nothing about the site; None where these are no headings."""
    columns = [_COLUMNS.get(heading_key(cell)) for cell in row.cells]
    return columns if {SiteColumn.NUMBER, SiteColumn.SITE, SiteColumn.NAME} & set(columns) else None


def _site_cells(cells: dict[SiteColumn | None, str]) -> SiteCells:
    values = {_CELLS[column]: cell.strip() for column, cell in cells.items() if column in _CELLS}
    site = cells.get(SiteColumn.SITE, "").strip()
    if site:
        digits = site.removeprefix("#").strip()
        values["number" if digits.isascii() and digits.isdigit() else "name"] = site
    return SiteCells(**values)


def _candidates(lines: Iterable[SiteCells]):
    """The sites that the lines may mean by a number or within a trial."""
    cells = list(lines)
    texts = {one.number.removeprefix("#").strip() for one in cells}
    numbers = {number for text in texts if (number := parse_whole_number(text)) is not None}
    trials = trials_called({one.trial for one in cells if one.trial})
    return _with_place().filter(Q(pk__in=numbers) | Q(trial__in=trials.values("pk"))).order_by("pk")


def _sites_of_hospital(cells: SiteCells) -> list[TrialSite]:
    name, _, town = cells.name.partition(",")
    called = Facility.objects.exclude(name="").filter(
        Q(name__plain=search_key(cells.name)) | Q(name__plain=search_key(name), city__plain=search_key(town))
    )
    if cells.town:
        called = called.filter(city__plain=search_key(cells.town))
    facilities = list(called.order_by("pk")[:6])
    if not facilities:
        raise ValueError("No hospital is called so. Check the spelling, or give the site number.")
    if len(facilities) > 1:
        listed = "; ".join(str(facility) for facility in facilities)
        raise ValueError(f"More than one hospital is called so: {listed}. Add the town after a comma.")
    sites = sites_of_facilities([facilities[0].pk])
    if not sites:
        raise ValueError(f"{facilities[0]} takes part in no trial.")
    return sites


def _with_place():
    return TrialSite.objects.select_related("trial", "facility")
