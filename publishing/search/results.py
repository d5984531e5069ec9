"""Search of trials: pages of search rows by date or rank, a capped count, and cursors of next and previous pages."""

from dataclasses import dataclass, field

from django.db.models.fields.tuple_lookups import TupleGreaterThan

from publishing.models import TrialRow
from publishing.search.cursor import Cursor, query_key
from publishing.search.filters import TrialFilterSet
from publishing.search.sql import COUNT_CAP, Sql, newest_page, ranked_page, recruiting_page
from publishing.staleness import publish_pending

PAGE_SIZE = 20
NEWEST, BEST, RECRUITING = "newest", "rank", "recruiting"
ORDERS = {NEWEST: "n", BEST: "r", RECRUITING: "o"}
PARAMETERS = ("order", "cursor")
RESULT_FIELDS = (
    "nct_id", "brief_title", "official_title", "acronym", "org_study_id", "phases", "study_type",
    "lead_sponsor", "lead_sponsor_class", "conditions", "keywords", "condition_mesh", "intervention_mesh", "is_public",
)  # fmt: skip


@dataclass(slots=True)
class Results:
    """A page of results. Above 1,000 the count is capped: there are more. `next_cursor` is "" on the last page.

    `is_behind`: some latest changes are not included. `query` is the key that its cursors are bound to.
    """

    filterset: TrialFilterSet
    order: str
    query: str = ""
    rows: list[TrialRow] = field(default_factory=list)
    count: int = 0
    next_cursor: str = ""
    is_behind: bool = False

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_CAP

    @property
    def count_text(self) -> str:
        return f"{COUNT_CAP:,}+" if self.is_capped else f"{self.count:,}"


def search(data, *, user=None, page_size: int = PAGE_SIZE) -> Results:
    """The page for a query (a QueryDict): the filters, `order`, `cursor`.

    With words, the trials that recruit come first, the best match before others; without, the newest. With wrong
    parameters there are no rows, and `filterset.errors` says why. A row has its `trial` with the columns that lists
    show; any other column of it costs a query. At most 4 queries when no rebuild is pending.
    """
    is_behind = publish_pending()
    filterset = TrialFilterSet(data, TrialRow.objects.visible_to(user), without=PARAMETERS)
    query = cursor_key(data)
    order, cursor = _order_and_cursor(filterset, data, query)
    results = Results(filterset, order, query, is_behind=is_behind)
    if filterset.is_valid():
        _load_page(results, cursor, page_size)
    return results


def cursor_key(data) -> str:
    """The key that the cursors of a search are bound to."""
    return query_key("search", data, without=("cursor",))


def _order_and_cursor(filterset: TrialFilterSet, data, query: str) -> tuple[str, Cursor | None]:
    """The order and the cursor; order by rank requires words."""
    order = data.get("order") or RECRUITING
    if order not in ORDERS:
        filterset.add_param_error("order", f"Choose {', '.join(ORDERS)}.")
    if not filterset.data.get("words"):
        order = NEWEST
    try:
        return order, Cursor.parse(data["cursor"], ORDERS.get(order, ""), query) if data.get("cursor") else None
    except ValueError as error:
        filterset.add_param_error("cursor", str(error))
        return order, None


def _load_page(results: Results, after: Cursor | None, page_size: int) -> None:
    rows = ordered_page(results, after, page_size + 1).fetch()
    page = rows[:page_size]
    results.rows = load_rows([pk for _, pk, _ in page])
    results.count = rows[0][2] if rows else 0
    if len(rows) > page_size:
        place, pk, _ = page[-1]
        results.next_cursor = Cursor(ORDERS[results.order], str(place), pk).signed(results.query)


def ordered_page(results: Results, after: Cursor | None, limit: int) -> Sql:
    """The rows of a valid search after a cursor: (sort value, id, count)."""
    matching = results.filterset.qs
    if results.order == NEWEST:
        return newest_page(matching, after, limit)
    by_rank = ranked_page if results.order == BEST else recruiting_page
    return by_rank(matching, results.filterset.form.cleaned_data["words"], after, limit)


def load_rows(pks: list[int]) -> list[TrialRow]:
    """The rows in the order of `pks`, with their trials."""
    shown = [f"trial__{name}" for name in RESULT_FIELDS]
    rows = TrialRow.objects.filter(pk__in=pks).select_related("trial").only(*row_columns(), *shown)
    by_pk = {row.pk: row for row in rows}
    return [by_pk[pk] for pk in pks if pk in by_pk]


def row_columns() -> list[str]:
    """The columns of a search row without its words, which are long."""
    return [column.name for column in TrialRow._meta.concrete_fields if column.name != "words"]


Place = tuple[str | float, int]


def previous_cursor(results: Results, cursor: str, page_size: int = PAGE_SIZE) -> str:
    """The cursor of the page before the one that begins after `cursor`; "" for the first page. One query.

    A cursor is the last row of the previous page, so that page consists of this row and the rows above it.
    """
    after = Cursor.parse(cursor, ORDERS[results.order], results.query)
    above = _rows_before(results, after, page_size)
    if len(above) < page_size:
        return ""
    place, pk = above[page_size - 1]
    return Cursor(after.order, str(place), pk).signed(results.query)


def _rows_before(results: Results, after: Cursor, limit: int) -> list[Place]:
    """The rows above the cursor's row, the closest first."""
    matching = results.filterset.qs
    if results.order != NEWEST:
        return _closest(ordered_page(results, None, 2 * COUNT_CAP).fetch(), (float(after.place), after.pk), limit)
    if not results.is_capped:
        return _closest(ordered_page(results, None, COUNT_CAP).fetch(), (after.place, after.pk), limit)
    newer = matching.filter(TupleGreaterThan(("updated_on", "trial_id"), (after.place, after.pk)))
    return list(newer.order_by("updated_on", "trial_id").values_list("updated_on", "trial_id")[:limit])


def _closest(rows: list[tuple], row: Place, limit: int) -> list[Place]:
    """The rows above `row` of an ordered list that begins with the highest, the closest first."""
    above = [(place, pk) for place, pk, _ in rows if (place, pk) > row]
    return above[::-1][:limit]
