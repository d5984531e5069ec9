"""Suggestions for a search without results: which single filter to remove."""

from dataclasses import dataclass

from common.query_params import QueryState
from publishing.querysets import SearchRowQuerySet
from publishing.search.filters import TrialFilterSet
from publishing.search.form import filter_text
from publishing.search.results import PARAMETERS
from publishing.search.sql import COUNT_CAP


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
