"""Which site of somebody's a row means: by its number, or else by trial, facility, town and country.

A bulk change's rows, each with the site it is about at the version that was seen.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from sites.models import TrialSite
from sites.spreadsheets.site_matching import SiteCells, SiteMatcher, trials_called
from work.bulk_upload.columns import Column, SheetRow
from work.bulk_upload.row_parser import parse_version


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """`site_id` is None, and `problem` says why, where no site or more than one could be meant."""

    row: SheetRow
    site_id: int | None = None
    version: int | None = None
    problem: str = ""


def serialize_rows(entries: Iterable[MatchedRow]) -> list[list]:
    """As the bulk change keeps them."""
    return [[entry.row.number, entry.row.cells, entry.site_id, entry.version, entry.problem] for entry in entries]


def deserialize_rows(kept_entries: Iterable[list]) -> list[MatchedRow]:
    return [MatchedRow(_row(number, cells), *rest) for number, cells, *rest in kept_entries]


def _row(number: int, cells: Mapping[str, Any]) -> SheetRow:
    return SheetRow(number, {Column(name): text for name, text in cells.items()})


LIST_FIELDS = (
    "trial__nct_id", "trial__org_study_id", "trial__acronym", "trial__is_public", "trial__overall_status",
    "trial__last_known_status", "trial__completion_on", "trial__primary_completion_on", "trial__verified_on",
    "facility__name", "facility__city", "facility__state", "facility__country", "facility__is_masked",
    "facility__is_active",
)  # fmt: skip
_DEFERRED_FIELDS = ("printed_overrides",)
_CELLS = {
    "trial": Column.TRIAL, "number": Column.SITE, "name": Column.FACILITY, "town": Column.TOWN, "state": Column.STATE,
    "country": Column.COUNTRY, "entry": Column.ENTRY,
}  # fmt: skip


def with_list_fields(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    """With what a bulk page tells of a site, its trial and its facility."""
    own = [field.name for field in TrialSite._meta.concrete_fields if field.name not in _DEFERRED_FIELDS]
    return sites.select_related("trial", "facility").only(*own, *LIST_FIELDS).order_by("pk")


def match_rows(rows: Sequence[SheetRow], user) -> list[MatchedRow]:
    """Each row with its site. Three queries or fewer; a site that two rows are about is a problem of both."""
    matcher = SiteMatcher(_candidate_sites(rows, user))
    entries = [_match_row(row, matcher) for row in rows]
    times = Counter(entry.site_id for entry in entries if entry.site_id)
    return [_reject_duplicate(entry, times[entry.site_id]) for entry in entries]


def _candidate_sites(rows: Iterable[SheetRow], user) -> QuerySet[TrialSite]:
    """The user's sites that the rows may mean: by their numbers, and all of the trials that are named."""
    cells = [row.cells for row in rows]
    texts = {one.get(Column.SITE, "").removeprefix("#").strip() for one in cells}
    numbers = {int(text[:18]) for text in texts if text.isascii() and text.isdigit()}
    trials = {one[Column.TRIAL] for one in cells if Column.TRIAL in one}
    of_user = with_list_fields(TrialSite.objects.editable_by(user))
    return of_user.filter(Q(pk__in=numbers) | Q(trial__in=trials_called(trials).values("pk")))


def _match_row(row: SheetRow, matcher: SiteMatcher) -> MatchedRow:
    if row.problem:
        return MatchedRow(row, problem=row.problem)
    try:
        site = matcher.match(_site_cells(row))
        return MatchedRow(row, site.pk, parse_version(row) or site.version)
    except ValueError as error:
        return MatchedRow(row, problem=str(error))


def _site_cells(row: SheetRow) -> SiteCells:
    """ValueError where the row does not say enough to look for a site."""
    cells = {name: row.cells.get(column, "") for name, column in _CELLS.items()}
    if not cells["number"] and not (cells["trial"] and cells["name"]):
        raise ValueError(f"Give the “{Column.SITE}”, or the “{Column.TRIAL}” and the “{Column.FACILITY}”.")
    return SiteCells(**cells)


def _reject_duplicate(entry: MatchedRow, times: int) -> MatchedRow:
    return MatchedRow(entry.row, problem="Another row is about the same site.") if times > 1 else entry
