"""Parser of a pasted list of sites: site numbers, facilities, or trials with facilities, one per line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from common.spreadsheets.delimited import read_delimited
from common.spreadsheets.table import Row, TableError
from common.text import search_key
from sites.models import Facility, TrialSite
from sites.spreadsheets.columns import SiteColumn, heading_key, site_columns
from sites.spreadsheets.site_matching import SiteCells, SiteMatcher, candidate_sites, parse_site_number

_COLUMNS = dict(site_columns())
#: The columns of a list without headings, by the number of cells.
_WITHOUT_HEADINGS = {
    1: (SiteColumn.SITE,),
    2: (SiteColumn.TRIAL, SiteColumn.SITE),
    3: (SiteColumn.TRIAL, SiteColumn.SITE, SiteColumn.CITY),
}
_CELLS = {
    SiteColumn.TRIAL: "trial", SiteColumn.NUMBER: "number", SiteColumn.NAME: "name", SiteColumn.CITY: "city",
    SiteColumn.STATE: "state", SiteColumn.COUNTRY: "country", SiteColumn.LISTING: "entry",
}  # fmt: skip
MAX_LINES = 500


@dataclass
class SiteList:
    """The matched sites; `problems` has a message for each line that matches no site or more than one."""

    sites: list[TrialSite] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_site_list(text: str) -> SiteList:
    """The sites of the lines; a facility without a trial means all its sites. TableError for an unreadable list."""
    lines = list(_lines(text))
    if len(lines) > MAX_LINES:
        raise TableError(f"The list has more than {MAX_LINES} lines. Split it into several.")
    matcher = SiteMatcher(candidate_sites(_with_place(), (cells for _, cells in lines)).order_by("pk"))
    site_list, sites_by_id = SiteList(), {}
    for number, cells in lines:
        try:
            sites = _sites_of_named_facility(cells) if cells.name and not cells.trial else [matcher.match(cells)]
            sites_by_id |= {site.pk: site for site in sites}
        except ValueError as error:
            site_list.problems.append(f"Line {number}: {error}")
    site_list.sites = list(sites_by_id.values())
    return site_list


def sites_of_facilities(facilities: Iterable[int]) -> list[TrialSite]:
    """All sites of these facilities, by trial."""
    return list(_with_place().filter(facility__in=facilities).order_by("trial_id", "pk"))


def _lines(text: str):
    rows = read_delimited(text, delimiter="\t" if "\t" in text else ";").rows
    columns = _headings(rows[0]) if rows else None
    for row in rows[1:] if columns else rows:
        row_columns = columns or _WITHOUT_HEADINGS.get(min(len(row.cells), 3))
        yield row.number, _site_cells(dict(zip(row_columns, row.cells, strict=False)))


def _headings(row: Row) -> Sequence[SiteColumn | None] | None:
    """The column of each cell, None for an unused column; None as a whole when the row is not a row of headings."""
    columns = [_COLUMNS.get(heading_key(cell)) for cell in row.cells]
    return columns if {SiteColumn.NUMBER, SiteColumn.SITE, SiteColumn.NAME} & set(columns) else None


def _site_cells(cells: dict[SiteColumn | None, str]) -> SiteCells:
    values = {_CELLS[column]: cell.strip() for column, cell in cells.items() if column in _CELLS}
    site = cells.get(SiteColumn.SITE, "").strip()
    if site:
        values["name" if parse_site_number(site) is None else "number"] = site
    return SiteCells(**values)


def _sites_of_named_facility(cells: SiteCells) -> list[TrialSite]:
    name, _, city = cells.name.partition(",")
    matches = Facility.objects.exclude(name="").filter(
        Q(name__plain=search_key(cells.name)) | Q(name__plain=search_key(name), city__plain=search_key(city))
    )
    if cells.city:
        matches = matches.filter(city__plain=search_key(cells.city))
    facilities = list(matches.order_by("pk")[:6])
    if not facilities:
        raise ValueError("No facility with this name. Check the spelling, or enter the site number.")
    if len(facilities) > 1:
        listed = "; ".join(str(facility) for facility in facilities)
        raise ValueError(f"More than one facility with this name: {listed}. Add the city after a comma.")
    sites = sites_of_facilities([facilities[0].pk])
    if not sites:
        raise ValueError(f"{facilities[0]} has no site in a trial.")
    return sites


def _with_place():
    return TrialSite.objects.select_related("trial", "facility")
