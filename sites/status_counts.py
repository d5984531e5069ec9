"""Counts of sites by status, each with a link to these sites."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.query_params import QueryState
from sites.filters import NOT_PUBLISHED
from sites.site_cards import STATUS_ORDER


@dataclass(frozen=True, slots=True)
class StatusCount:
    """One status with its count; `url` filters by the status, or removes the filter when it is selected."""

    status: str
    count: int
    is_selected: bool
    url: str


def status_count_links(counts: Mapping[str, int], query_state: QueryState) -> list[StatusCount]:
    """The counts in display order, open statuses first."""
    return [
        _status_count(status, counts[status], query_state) for status in sorted(counts, key=STATUS_ORDER.__getitem__)
    ]


def _status_count(status: str, count: int, query_state: QueryState) -> StatusCount:
    code = status or NOT_PUBLISHED
    is_selected = query_state.value("status") == code
    return StatusCount(
        status,
        count,
        is_selected,
        query_state.without("page", "format").with_params(status="" if is_selected else code).url,
    )
