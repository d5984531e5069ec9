"""Search of recruiting sites near a place: pages of trials by the distance of their nearest site."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from common.query_params import QueryState
from contacts.choices import RoleKind
from contacts.models import Role
from publishing.models import TrialRow
from publishing.search.cursor import Cursor
from publishing.search.filters import TrialFilterSet
from publishing.search.near_query import NEAR_PARAMETERS, ORDER, NearQuery, parse_near_query
from publishing.search.near_sql import (
    RankedSite,
    RankedTrial,
    circle_sql,
    count_trials,
    fetch_nearest_sites,
    fetch_page,
    fetch_trial_before,
    recruiting_sites,
)
from publishing.search.results import PARAMETERS, cursor_key, load_rows
from publishing.search.sql import Sql
from publishing.staleness import publish_pending
from sites.choices import StatusPublication
from sites.models import TrialSite
from sites.places.circle import Circle
from sites.public_status import status_publication
from trials.page.contact_cards import ContactCard, contact_cards

#: Offered distances; each page of results counts the trials within them.
DISTANCES = (10, 25, 50, 100, 250, 500)
PAGE_SIZE = 20
#: Sites of one trial that a result lists; the others are on the trial's page.
SITES_OF_A_TRIAL = 3
#: Trials listed from outside the circle when it has none, and how far they are looked for, in kilometres.
SHOWN_OUTSIDE = 3
_FARTHER = (1_000, 3_000, 20_100)
_WITHOUT = (*PARAMETERS, *NEAR_PARAMETERS)


@dataclass(frozen=True, slots=True)
class NearSite:
    """A recruiting site with its distance; `match` is "" for the facility's own point, else a `CityMatch`."""

    site: TrialSite
    distance: float
    match: str
    people: list[ContactCard]
    is_ahead: bool

    @property
    def status(self) -> str:
        return self.site.status


@dataclass(slots=True)
class NearResult:
    """A trial with its nearest recruiting sites; `more` others are within the circle too."""

    row: TrialRow
    sites: list[NearSite]
    more: int
    central_contacts: list[ContactCard]

    @property
    def has_site_contact(self) -> bool:
        return any(person.contact_details for site in self.sites for person in site.people)


@dataclass(slots=True)
class NearResults:
    """A page of trials near a place. `counts` has the trials within each of DISTANCES up to the circle's.

    `outside` has the nearest trials outside the circle, where the circle has none.
    """

    filterset: TrialFilterSet
    query: NearQuery | None = None
    rows: list[NearResult] = field(default_factory=list)
    count: int = 0
    sites: int = 0
    counts: list[tuple[int, int]] = field(default_factory=list)
    next_cursor: str = ""
    previous_cursor: str | None = None
    outside: list[NearResult] = field(default_factory=list)
    is_behind: bool = False

    @property
    def count_text(self) -> str:
        return f"{self.count:,}"


def search_near(data, *, user=None, today: date) -> NearResults:
    """The page of trials for a query (a QueryDict) with `near`.

    With wrong parameters there are no rows, and `filterset.errors` says why; without a known place, `query.resolution`
    has the choices. At most 12 queries when no rebuild is pending.
    """
    is_behind = publish_pending()
    filterset = TrialFilterSet(data, TrialRow.objects.visible_to(user), without=_WITHOUT)
    results = NearResults(filterset, is_behind=is_behind)
    query, cursor = parse_near_query(filterset, data, user)
    if filterset.is_valid() and query:
        results.query = query
        if query.place:
            _load(results, data, cursor, user, today)
    return results


@dataclass(frozen=True, slots=True)
class NearSuggestion:
    """A filter without which there are results, their number, and the URL without it."""

    name: str
    count: int
    url: str


def suggest_without(query_state: QueryState, results: NearResults, *, user=None) -> list[NearSuggestion]:
    """Each filter whose removal alone gives results in the circle, the one with the fewest results first."""
    suggestions = []
    filters = query_state.without(*PARAMETERS)
    for name in results.filterset.data:
        remaining = filters.without(name)
        filterset = TrialFilterSet(remaining.query, TrialRow.objects.visible_to(user), without=_WITHOUT)
        if filterset.is_valid() and (count := count_trials(_circle(filterset, results.query.circle, user))):
            suggestions.append(NearSuggestion(name, count, remaining.url))
    return sorted(suggestions, key=lambda suggestion: suggestion.count)


def _circle(filterset: TrialFilterSet, circle: Circle, user) -> Sql | None:
    return circle_sql(recruiting_sites(filterset, user), circle)


def _load(results: NearResults, data, after: Cursor | None, user, today: date) -> None:
    query, key = results.query, cursor_key(data)
    circle = _circle(results.filterset, query.circle, user)
    if circle is None:
        return
    limits = [distance for distance in DISTANCES if distance < query.within]
    page = fetch_page(circle, after, PAGE_SIZE, [limit * query.km_per_unit for limit in limits])
    results.count, results.sites = page.count, page.sites
    results.counts = list(zip(limits, page.within, strict=True))
    trials = page.trials[:PAGE_SIZE]
    if len(page.trials) > PAGE_SIZE:
        results.next_cursor = _cursor(trials[-1], key)
    if after:
        before = fetch_trial_before(circle, after, PAGE_SIZE)
        results.previous_cursor = _cursor(before, key) if before else ""
    if trials:
        results.rows = _results(trials, results, user, today)
    elif not page.count:
        _load_outside(results, user, today)


def _cursor(last: RankedTrial, key: str) -> str:
    return Cursor(ORDER, repr(last.km), last.trial).signed(key)


def _load_outside(results: NearResults, user, today: date) -> None:
    """Load the nearest trials wherever they are."""
    place = results.query.place
    for km in _FARTHER:
        wide = Circle(place.latitude, place.longitude, km)
        circle = _circle(results.filterset, wide, user)
        page = fetch_page(circle, None, SHOWN_OUTSIDE, []) if circle else None
        if page and page.trials:
            results.outside = _results(page.trials[:SHOWN_OUTSIDE], results, user, today, circle=wide)
            return


def _results(
    page: list[RankedTrial], results: NearResults, user, today: date, *, circle: Circle | None = None
) -> list[NearResult]:
    """The results of a page: rows, sites and contacts of its trials, in seven queries."""
    rows = {row.pk: row for row in load_rows([trial.trial for trial in page])}
    shown = recruiting_sites(results.filterset, user).filter(trial__in=list(rows))
    nearest = fetch_nearest_sites(shown, circle or results.query.circle, SITES_OF_A_TRIAL)
    sites = _sites([ranked.site for of_trial in nearest.values() for ranked in of_trial], today)
    central = _central_contacts(list(rows), today)
    return [
        NearResult(
            rows[trial.trial],
            [
                _near_site(sites[ranked.site], ranked, results.query)
                for ranked in nearest.get(trial.trial, [])
                if ranked.site in sites
            ],
            max(0, trial.sites - SITES_OF_A_TRIAL),
            central.get(trial.trial, []),
        )
        for trial in page
        if trial.trial in rows
    ]


def _sites(pks: Iterable[int], today: date) -> dict[int, TrialSite]:
    """Sites with facility, statuses of the trial, and the contacts that are public on the day."""
    shown = Prefetch("roles", Role.objects.shown_on(today), to_attr="shown_roles")
    sites = (
        TrialSite.objects.filter(pk__in=list(pks))
        .with_confirmed_as()
        .select_related("facility__derived_point", "facility__merged_into", "trial")
    )
    return {site.pk: site for site in sites.prefetch_related(shown)}


def _central_contacts(trials: list[int], today: date) -> dict[int, list[ContactCard]]:
    """Trial → its central contacts that are public on the day."""
    roles = Role.objects.shown_on(today).filter(kind=RoleKind.CENTRAL_CONTACT, trial__in=trials)
    by_trial = defaultdict(list)
    for role in roles:
        by_trial[role.trial_id].append(role)
    return {trial: contact_cards(roles) for trial, roles in by_trial.items()}


def _near_site(site: TrialSite, ranked: RankedSite, query: NearQuery) -> NearSite:
    publication = status_publication(site.trial.overall_status, site.trial.last_known_status, site.status)
    is_ahead = publication is StatusPublication.AHEAD_OF_TRIAL
    return NearSite(site, ranked.km / query.km_per_unit, ranked.match, contact_cards(site.shown_roles), is_ahead)
