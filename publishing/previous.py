"""The way back through a list: where the page before begins. Pages are found forwards only, by their cursor."""

from django.db.models.fields.tuple_lookups import TupleGreaterThan

from publishing.cursors import Cursor
from publishing.paging import COUNTED
from publishing.search import NEWEST, ORDERS, PAGE_SIZE, Results, in_order

Place = tuple[str | float, int]


def previous_cursor(results: Results, cursor: str, page_size: int = PAGE_SIZE) -> str:
    """The cursor of the page before the one that begins after `cursor`; "" where that is the first page. One query.

    A cursor is the last row of the page before, so that page is this row and those just above it.
    """
    after = Cursor.parse(cursor, ORDERS[results.order], results.query)
    above = _above(results, after, page_size)
    if len(above) < page_size:
        return ""
    place, pk = above[page_size - 1]
    return Cursor(after.order, str(place), pk).signed(results.query)


def _above(results: Results, after: Cursor, limit: int) -> list[Place]:
    """The rows above one, the nearest first."""
    matching = results.filterset.qs
    if results.order != NEWEST:
        return _nearest(in_order(results, None, 2 * COUNTED).fetch(), (float(after.place), after.pk), limit)
    if not results.is_capped:
        return _nearest(in_order(results, None, COUNTED).fetch(), (after.place, after.pk), limit)
    newer = matching.filter(TupleGreaterThan(("updated_on", "trial_id"), (after.place, after.pk)))
    return list(newer.order_by("updated_on", "trial_id").values_list("updated_on", "trial_id")[:limit])


def _nearest(found: list[tuple], row: Place, limit: int) -> list[Place]:
    """From a list in its order, which begins with the highest."""
    above = [(place, pk) for place, pk, _ in found if (place, pk) > row]
    return above[::-1][:limit]
