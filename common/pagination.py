"""Numbered pages: the query parameter `page`, and a paginator with a capped count.

Counting three million rows takes longer than the rest of a request.
"""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common.numbers import parse_whole_number
from common.query_params import QueryState, StrictFilterSet

COUNT_CAP = 1000


class CappedPaginator(Paginator):
    """Counts up to COUNT_CAP rows; rows beyond it are found by search only."""

    @cached_property
    def count(self) -> int:
        return min(self._capped_count, COUNT_CAP)

    @property
    def is_capped(self) -> bool:
        return self._capped_count > COUNT_CAP

    @cached_property
    def _capped_count(self) -> int:
        rows = self.object_list.order_by() if hasattr(self.object_list, "order_by") else self.object_list
        return len(rows[: COUNT_CAP + 1]) if isinstance(rows, list) else rows[: COUNT_CAP + 1].count()


Order = Callable[[QuerySet], QuerySet]


def get_page(
    filterset: StrictFilterSet, query_state: QueryState, *, size: int, order: Order | None = None
) -> Page | None:
    """The requested page, or the first. None for invalid parameters or an unknown page: see the filterset's errors."""
    if not filterset.is_valid():
        return None
    paginator = Paginator(order(filterset.qs) if order else filterset.qs, size)
    number = parse_whole_number(query_state.value("page") or "1")
    if number in paginator.page_range:
        return paginator.page(number)
    filterset.add_param_error(
        "page",
        _("Page must be 1 to {last}.").format(last=f"{paginator.num_pages:,}")
        if paginator.num_pages > 1
        else _("There is only one page."),
    )
    return None


def page_links(query_state: QueryState, page: Page) -> dict[str, str]:
    """The context of `_pager.html`."""
    numbers = {"first": page.start_index(), "last": page.end_index(), "total": page.paginator.count}
    shown = _("{first} to {last} of {total}").format(**{name: f"{number:,}" for name, number in numbers.items()})
    context = {"shown": shown}
    if page.has_previous():
        previous_page = page.previous_page_number()
        context["previous_url"] = query_state.with_params(page="" if previous_page == 1 else str(previous_page)).url
    if page.has_next():
        context["next_url"] = query_state.with_params(page=str(page.next_page_number())).url
    return context
