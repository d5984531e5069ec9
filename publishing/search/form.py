"""The search form: grouped filters with their options and selected values, and filters to remove where none matches."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.countries import canonical_country_name
from common.localized import country_name
from common.query_params import QueryState
from common.text import comparison_key
from publishing.querysets import SearchRowQuerySet
from publishing.search.facets import MOST_COUNTED, FacetCounts
from publishing.search.filters import TrialFilterSet
from publishing.search.near_query import KM, MI, NEAR, NEAR_PARAMETERS, UNIT, WITHIN
from publishing.search.results import PARAMETERS
from publishing.search.sql import COUNT_CAP
from sites.places.circle import DEFAULT_WITHIN
from trials.choices import ExpandedAccessStatus, OverallStatus

# A loose index scan over countries, then one public site in each: never a scan of all sites.
_COUNTRIES = """
    WITH RECURSIVE known AS (
        (SELECT country FROM sites_facility ORDER BY country LIMIT 1)
        UNION ALL
        SELECT (SELECT country FROM sites_facility WHERE country > known.country ORDER BY country LIMIT 1)
        FROM known WHERE known.country IS NOT NULL
    )
    SELECT country FROM known WHERE country <> '' AND EXISTS (
        SELECT 1 FROM sites_facility AS facility
        JOIN sites_trialsite AS site ON site.facility_id = facility.id
        JOIN trials_trial AS trial ON trial.id = site.trial_id AND trial.is_public
        WHERE facility.country = known.country
    )
"""


def published_countries() -> list[str]:
    """Current names of the countries with a site of a public trial, in alphabetical order."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES)
        names = {canonical_country_name(country) or country for (country,) in cursor.fetchall()}
    return sorted(names, key=comparison_key)


#: Text inputs and selects, written out in the template.
SINGLE_FIELDS = (
    "words", "condition", "intervention", "sponsor", "age", "sex", "healthy_volunteers", "recruiting_in", "country",
    "updated_since", NEAR, WITHIN, UNIT,
)  # fmt: skip
#: Distances offered beside the place; any other one is kept.
OFFERED_WITHIN = (10, 25, 50, 100, 250, 500)
UNITS = ((KM, gettext_noop("km")), (MI, gettext_noop("miles")))
GROUPS = ("status", "phase", "study_type", "sponsor_class")
#: Groups that are open by default; others are open when a value is selected.
OPEN_GROUPS = frozenset({"status", "phase"})
RARE_STATUSES = frozenset({*ExpandedAccessStatus.values, OverallStatus.WITHHELD.value})


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a filter. `count_text` is the number of results with it, "" where that is not counted."""

    value: str
    label: str
    is_chosen: bool
    count_text: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A filter with checkboxes; `rare` options are in a disclosure."""

    name: str
    legend: str
    options: list[Option]
    rare: list[Option]
    is_open: bool

    @property
    def all_options(self) -> list[Option]:
        return [*self.options, *self.rare]


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter as text, and the URL without it."""

    label: str
    without_url: str


@dataclass(frozen=True, slots=True)
class SearchForm:
    """`field_values` are the values of single fields by name; `hidden_params` have no visible field."""

    field_values: dict[str, str]
    groups: list[Group]
    sexes: list[Option]
    healthy: list[Option]
    countries: list[Option]
    recruiting_in: list[Option]
    hidden_params: list[tuple[str, str]]
    is_narrowed: bool
    distances: list[Option]
    units: list[Option]
    most_counted: int = MOST_COUNTED


def search_form(query_state: QueryState, filterset: TrialFilterSet, counts: FacetCounts | None = None) -> SearchForm:
    """The form with the current values, and with counts of the options where given."""
    field_values = {name: query_state.value(name) for name in SINGLE_FIELDS}
    countries = published_countries()
    return SearchForm(
        field_values=field_values,
        groups=option_groups(query_state, filterset, counts),
        sexes=_options(filterset.field_of("sex").choices, [query_state.value("sex")]),
        healthy=_options(filterset.field_of("healthy_volunteers").choices, [query_state.value("healthy_volunteers")]),
        countries=_country_options(countries, query_state.value("country")),
        recruiting_in=_country_options(countries, query_state.value("recruiting_in")),
        hidden_params=list(_hidden_params(query_state)),
        is_narrowed=any(name not in (*PARAMETERS, "words") for name in query_state.names),
        distances=_distance_options(query_state.value(WITHIN) or str(DEFAULT_WITHIN)),
        units=_options(UNITS, [query_state.value(UNIT) or KM]),
    )


def chips(query_state: QueryState, filterset: TrialFilterSet) -> list[Chip]:
    """All active filters except the words, which are shown in their input."""
    filters = query_state.without(*PARAMETERS)
    return [
        Chip(filter_text(filterset, name, [value]), filters.without_param_value(name, value).url)
        for name, value in filters.params
        if name not in ("words", *NEAR_PARAMETERS)
    ]


def filter_text(filterset: TrialFilterSet, name: str, values: Iterable[str]) -> str:
    """A filter as text: "Phase: Phase 2 or Phase 3". Words are quoted."""
    if name == "words":
        return " ".join(f"“{value}”" for value in values)
    field = filterset.field_of(name)
    labels = dict(getattr(field, "choices", ()))
    texts = [_(str(labels[value])) if value in labels else _shown_value(name, value) for value in values]
    return f"{_(field.label)}: {_(' or ').join(texts)}"


def _shown_value(name: str, value: str) -> str:
    return country_name(value) if name in ("country", "recruiting_in") else value


def option_groups(query_state: QueryState, filterset: TrialFilterSet, counts: FacetCounts | None = None) -> list[Group]:
    """The filters with checkboxes, with counts of their options where given."""
    return [_build_group(query_state, filterset, name, (counts or {}).get(name)) for name in GROUPS]


def _build_group(query_state: QueryState, filterset: TrialFilterSet, name: str, counts: dict[str, int] | None) -> Group:
    field, chosen = filterset.field_of(name), query_state.values(name)
    options = _options(field.choices, chosen)
    if counts is not None:
        options = [replace(option, count_text=f"{counts.get(option.value, 0):,}") for option in options]
    rare = [option for option in options if option.value in RARE_STATUSES]
    usual = [option for option in options if option not in rare]
    return Group(name, _(field.label), usual, rare, is_open=name in OPEN_GROUPS or bool(chosen))


def _options(choices: Iterable[tuple[str, str]], chosen: list[str]) -> list[Option]:
    return [Option(value, _(str(label)), value in chosen) for value, label in choices if value]


def _country_options(countries: list[str], chosen: str) -> list[Option]:
    """Options of countries, including a selected one without sites."""
    chosen = canonical_country_name(chosen) or chosen
    names = countries if not chosen or chosen in countries else [chosen, *countries]
    return [Option(name, country_name(name), name == chosen) for name in names]


def _distance_options(chosen: str) -> list[Option]:
    """The offered distances, and the chosen one among them."""
    values = sorted({*map(str, OFFERED_WITHIN), chosen}, key=float)
    return _options([(value, value) for value in values], [chosen])


def _hidden_params(query_state: QueryState) -> Iterable[tuple[str, str]]:
    """Parameters without a visible field: other filters, a second country, the order."""
    shown = {(name, query_state.value(name)) for name in SINGLE_FIELDS}
    return (pair for pair in query_state.without("cursor", *GROUPS).params if pair not in shown)


@dataclass(frozen=True, slots=True)
class FilterSuggestion:
    """A filter to remove, as text, and the number of results without it (above 1,000: more than that)."""

    removed_filter: str
    count: int
    url: str

    @property
    def count_text(self) -> str:
        return f"{COUNT_CAP:,}+" if self.count > COUNT_CAP else f"{self.count:,}"


def suggest_relaxed_filters(
    query_state: QueryState, filterset: TrialFilterSet, rows: SearchRowQuerySet
) -> list[FilterSuggestion]:
    """Each filter whose removal alone gives results, the one with the fewest results first.

    Empty when only one filter is set.
    """
    filters = query_state.without(*PARAMETERS)
    if len(filters.names) < 2:
        return []
    suggestions = [_suggestion(filters, filterset, rows, name) for name in filters.names]
    return sorted(
        (suggestion for suggestion in suggestions if suggestion.count), key=lambda suggestion: suggestion.count
    )


def _suggestion(
    query_state: QueryState, filterset: TrialFilterSet, rows: SearchRowQuerySet, name: str
) -> FilterSuggestion:
    remaining = query_state.without(name)
    matching = TrialFilterSet(remaining.query, rows).qs.order_by().values("pk")
    return FilterSuggestion(
        filter_text(filterset, name, query_state.values(name)), matching[: COUNT_CAP + 1].count(), remaining.url
    )
