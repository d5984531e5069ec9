"""Which site of somebody's a row means: by its number, or else by trial, facility, town and country."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from sites.models import TrialSite
from trials.querysets import KEY
from work.bulk.cells import number_of, version_of
from work.bulk.columns import Column, SheetRow
from work.bulk.entries import Entry

NOT_YOURS = "No site of yours is meant by this row."
TOLD = (
    "trial__nct_id", "trial__org_study_id", "trial__acronym", "trial__is_public", "trial__overall_status",
    "trial__last_known_status", "trial__completion_on", "trial__primary_completion_on", "trial__verified_on",
    "facility__name", "facility__city", "facility__state", "facility__country", "facility__is_masked",
    "facility__is_active",
)  # fmt: skip
_LEFT_OUT = ("listed_as",)


def told_sites(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    """With what a bulk page tells of a site, its trial and its facility."""
    own = [field.name for field in TrialSite._meta.concrete_fields if field.name not in _LEFT_OUT]
    return sites.select_related("trial", "facility").only(*own, *TOLD).order_by("pk")


def matched(rows: Sequence[SheetRow], user) -> list[Entry]:
    """Each row with its site. Three queries or fewer; a site that two rows are about is a problem of both."""
    sites = _Sites(rows, user)
    entries = [_entry(row, sites) for row in rows]
    times = Counter(entry.site_id for entry in entries if entry.site_id)
    return [_alone(entry, times[entry.site_id]) for entry in entries]


class _Sites:
    """The user's sites that the rows may mean, by number and by place."""

    def __init__(self, rows: Iterable[SheetRow], user):
        cells = [row.cells for row in rows]
        numbers = {int(text[:12]) for one in cells if (text := one.get(Column.SITE, "")).isascii() and text.isdigit()}
        keys = [match for one in cells if (match := KEY.match(_key(one.get(Column.TRIAL, ""))))]
        of_trials = Q(trial__nct_id__in={match[1] for match in keys if match[1]}) | Q(
            trial__in={int(match[2]) for match in keys if match[2]}
        )
        found = told_sites(TrialSite.objects.editable_by(user)).filter(Q(pk__in=numbers) | of_trials)
        self.by_number: dict[int, TrialSite] = {}
        self.by_place: dict[tuple, list[TrialSite]] = defaultdict(list)
        for site in found:
            self.by_number[site.pk] = site
            for place in _spellings(site):
                self.by_place[place].append(site)


def _entry(row: SheetRow, sites: _Sites) -> Entry:
    try:
        site = _by_number(row, sites) if Column.SITE in row.cells else _by_place(row, sites)
        return Entry(row, site.pk, version_of(row) or site.version)
    except ValueError as error:
        return Entry(row, problem=str(error))


def _by_number(row: SheetRow, sites: _Sites) -> TrialSite:
    """The number decides; another trial beside it means that the rows have slipped."""
    site = sites.by_number.get(number_of(row.cells[Column.SITE], "It is the number that the sheet came with."))
    if site is None or _key(row.cells.get(Column.TRIAL, site.trial.key)) != _key(site.trial.key):
        raise ValueError(NOT_YOURS)
    return site


def _by_place(row: SheetRow, sites: _Sites) -> TrialSite:
    asked = (Column.TRIAL, Column.FACILITY, Column.TOWN, Column.COUNTRY)
    found = sites.by_place.get(tuple(_plain(row.cells.get(column, "")) for column in asked), [])
    if len(found) > 1:
        raise ValueError(f"More than one site fits this row. Give the “{Column.SITE}”.")
    if not found:
        raise ValueError(NOT_YOURS)
    return found[0]


def _spellings(site: TrialSite) -> set[tuple]:
    """A row may leave town and country out where the rest is enough."""
    facility = site.facility
    trial, name, town, country = map(_plain, (site.trial.key, facility.title, facility.city, facility.country))
    return {(trial, name, *place) for place in [(town, country), (town, ""), ("", country), ("", "")]}


def _alone(entry: Entry, times: int) -> Entry:
    return Entry(entry.row, problem="Another row is about the same site.") if times > 1 else entry


def _key(text: str) -> str:
    return text.upper() if text[:3].upper() == "NCT" else text.lower()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
