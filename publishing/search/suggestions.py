"""What to do when nothing is found: which single filter stands in the way."""

from dataclasses import dataclass

from common.query_params import Asked
from publishing.querysets import SearchRowQuerySet
from publishing.search.filters import TrialFilterSet
from publishing.search.form import in_words
from publishing.search.results import PARAMETERS
from publishing.search.sql import COUNTED


@dataclass(frozen=True, slots=True)
class WayOut:
    """A filter to drop, in words, and how many trials there are then (above 1,000: more than that)."""

    dropped: str
    count: int
    url: str

    @property
    def count_in_words(self) -> str:
        return f"{COUNTED:,}+" if self.count > COUNTED else f"{self.count:,}"


def ways_out(asked: Asked, filterset: TrialFilterSet, rows: SearchRowQuerySet) -> list[WayOut]:
    """Each filter whose removal alone leaves something, the gentlest first: the one that leaves least.

    None when only one thing was asked: without it everything is left, which helps nobody.
    """
    question = asked.without(*PARAMETERS)
    if len(question.names) < 2:
        return []
    ways = [_way_out(question, filterset, rows, name) for name in question.names]
    return sorted((way for way in ways if way.count), key=lambda way: way.count)


def _way_out(question: Asked, filterset: TrialFilterSet, rows: SearchRowQuerySet, name: str) -> WayOut:
    rest = question.without(name)
    matching = TrialFilterSet(rest.query, rows).qs.order_by().values("pk")
    return WayOut(in_words(filterset, name, question.values(name)), matching[: COUNTED + 1].count(), rest.url)
