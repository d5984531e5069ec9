"""What to do when nothing is found: which single filter stands in the way."""

from dataclasses import dataclass

from common.query_params import QueryState
from publishing.querysets import SearchRowQuerySet
from publishing.search.filters import TrialFilterSet
from publishing.search.form import filter_text
from publishing.search.results import PARAMETERS
from publishing.search.sql import COUNT_CAP


@dataclass(frozen=True, slots=True)
class FilterSuggestion:
    """A filter to drop, in words, and how many trials there are then (above 1,000: more than that)."""

    removed_filter: str
    count: int
    url: str

    @property
    def count_text(self) -> str:
        return f"{COUNT_CAP:,}+" if self.count > COUNT_CAP else f"{self.count:,}"


def suggest_relaxed_filters(
    query_state: QueryState, filterset: TrialFilterSet, rows: SearchRowQuerySet
) -> list[FilterSuggestion]:
    """Each filter whose removal alone leaves something, the gentlest first: the one that leaves least.

    None when only one thing was asked: without it everything is left, which helps nobody.
    """
    question = query_state.without(*PARAMETERS)
    if len(question.names) < 2:
        return []
    ways = [_suggestion(question, filterset, rows, name) for name in question.names]
    return sorted((way for way in ways if way.count), key=lambda way: way.count)


def _suggestion(
    query_state: QueryState, filterset: TrialFilterSet, rows: SearchRowQuerySet, name: str
) -> FilterSuggestion:
    rest = query_state.without(name)
    matching = TrialFilterSet(rest.query, rows).qs.order_by().values("pk")
    return FilterSuggestion(
        filter_text(filterset, name, query_state.values(name)), matching[: COUNT_CAP + 1].count(), rest.url
    )
