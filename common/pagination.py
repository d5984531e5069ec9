"""Lists short enough for page numbers: the parameter `page` of an address.

Pages of long lists without counting them: at three million rows a count takes longer than everything else.
"""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from common.query_params import QueryState, StrictFilterSet

COUNT_CAP = 1000


class CappedPaginator(Paginator):
    """Counts to the cap and no further; what lies beyond is reached by searching, not by turning pages."""

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
    """The page asked for, the first when none is. None for a wrong question, or no such page: see the set's errors."""
    if not filterset.is_valid():
        return None
    pages = Paginator(order(filterset.qs) if order else filterset.qs, size)
    number = query_state.value("page") or "1"
    if number.isascii() and number.isdigit() and len(number) < 7 and int(number) in pages.page_range:
        return pages.page(int(number))
    filterset.add_param_error(
        "page", f"The pages are 1 to {pages.num_pages:,}." if pages.num_pages > 1 else "There is one page."
    )
    return None


def page_links(query_state: QueryState, page: Page) -> dict[str, str]:
    """The context of `_pager.html`."""
    said = {"shown": f"{page.start_index():,} to {page.end_index():,} of {page.paginator.count:,}"}
    if page.has_previous():
        before = page.previous_page_number()
        said["previous_url"] = query_state.with_params(page="" if before == 1 else str(before)).url
    if page.has_next():
        said["next_url"] = query_state.with_params(page=str(page.next_page_number())).url
    return said
