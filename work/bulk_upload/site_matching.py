"""Matches the rows of a bulk table to the user's sites, by site number or by trial, facility and place."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sites.models import TrialSite
from sites.spreadsheets.site_matching import SiteCells, SiteMatcher, candidate_sites
from work.bulk_upload.columns import Column, SheetRow
from work.bulk_upload.row_parser import parse_number

LIST_FIELDS = (
    "trial__nct_id", "trial__org_study_id", "trial__acronym", "trial__is_public", "trial__overall_status",
    "trial__last_known_status", "trial__completion_on", "trial__primary_completion_on", "trial__verified_on",
    "facility__name", "facility__city", "facility__state", "facility__country", "facility__is_masked",
    "facility__is_active",
)  # fmt: skip
_DEFERRED_FIELDS = ("printed_overrides",)
_CELLS = {
    "trial": Column.TRIAL, "number": Column.SITE, "name": Column.FACILITY, "city": Column.CITY, "state": Column.STATE,
    "country": Column.COUNTRY, "entry": Column.LISTING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A row with its site and the version shown; without a match `site_id` is None and `problem` gives the reason."""

    row: SheetRow
    site_id: int | None = None
    version: int | None = None
    problem: str = ""


def serialize_rows(entries: Iterable[MatchedRow]) -> list[list]:
    """Rows as JSON for `BulkChange.entries`."""
    return [[entry.row.number, entry.row.cells, entry.site_id, entry.version, entry.problem] for entry in entries]


def deserialize_rows(entries: Iterable[list]) -> list[MatchedRow]:
    return [MatchedRow(_row(number, cells), *rest) for number, cells, *rest in entries]


def _row(number: int, cells: Mapping[str, Any]) -> SheetRow:
    return SheetRow(number, {Column(name): text for name, text in cells.items()})


def with_list_fields(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    """With the columns of site, trial and facility that a bulk page shows."""
    own = [field.name for field in TrialSite._meta.concrete_fields if field.name not in _DEFERRED_FIELDS]
    return sites.select_related("trial", "facility").only(*own, *LIST_FIELDS).order_by("pk")


def match_rows(rows: Sequence[SheetRow], user) -> list[MatchedRow]:
    """Match each row to a site. At most three queries. Two rows about the same site are both rejected."""
    of_user = with_list_fields(TrialSite.objects.editable_by(user))
    matcher = SiteMatcher(candidate_sites(of_user, map(_site_cells, rows)))
    entries = [_match_row(row, matcher) for row in rows]
    times = Counter(entry.site_id for entry in entries if entry.site_id)
    return [_reject_duplicate(entry, times[entry.site_id]) for entry in entries]


def _match_row(row: SheetRow, matcher: SiteMatcher) -> MatchedRow:
    if row.problem:
        return MatchedRow(row, problem=row.problem)
    try:
        site = matcher.match(_checked_site_cells(row))
        return MatchedRow(row, site.pk, _parse_version(row) or site.version)
    except ValueError as error:
        return MatchedRow(row, problem=str(error))


def _site_cells(row: SheetRow) -> SiteCells:
    return SiteCells(**{name: row.cells.get(column, "") for name, column in _CELLS.items()})


def _checked_site_cells(row: SheetRow) -> SiteCells:
    """ValueError if the row has too few cells to identify a site."""
    cells = _site_cells(row)
    if not cells.number and not (cells.trial and cells.name):
        raise ValueError(f"Enter the “{Column.SITE}”, or the “{Column.TRIAL}” and the “{Column.FACILITY}”.")
    return cells


def _reject_duplicate(entry: MatchedRow, times: int) -> MatchedRow:
    return (
        MatchedRow(entry.row, problem="Another row is about the same site. Keep only one of them.")
        if times > 1
        else entry
    )


def _parse_version(row: SheetRow) -> int | None:
    """The version in the downloaded template. ValueError with a message for the user."""
    text = row.cells.get(Column.VERSION)
    return None if text is None else parse_number(text, "Use the number from the template.")
