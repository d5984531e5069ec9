"""Template context of a board: counts, sortable headings, filter choices and rows."""

from dataclasses import dataclass

from django.core.paginator import Page

from common.pagination import page_links
from common.query_params import QueryState
from sites.board.filters import DEFAULT_ORDER, STATUSES, confirmation_age_choices
from sites.board.queries import Board
from sites.filters import NOT_PUBLISHED
from sites.status_counts import status_count_links
from trials.verification import verification_of

HEADINGS = {"site": "Site", "place": "Place", "status": "Status", "since": "Since", "confirmed": "Last confirmed"}
ENROLLED_HEADING = {"enrolled": "Enrolled"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A sortable column; its address reverses the order when the column is the current one."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A select field of the filter form: its (value, label) options and the selected value."""

    name: str
    label: str
    options: list[tuple[str, str]]
    selected: str


def board_context(board: Board, page: Page, query_state: QueryState) -> dict:
    """The template context of one page of the board."""
    base_state = query_state.without("page", "format")
    rows = board.rows(page)
    return page_links(query_state, page) | {
        "board": board,
        "trial": board.trial,
        "status": board.trial.status_on(board.today),
        "verification": verification_of(board.trial).as_text(board.today) if board.shows_enrollment else "",
        "rows": rows,
        "selectable": [f"{row.site.pk}:{row.site.version}" for row in rows if row.site.is_mine],
        "result_count": page.paginator.count,
        "status_counts": status_count_links(board.tally, query_state),
        "headings": _headings(board, base_state),
        "search_text": query_state.value("words"),
        "choices": _choices(board, query_state),
        "is_filtered": board.filterset.has_filters,
        "all_url": query_state.path,
        "csv_url": base_state.with_params(format="csv").url,
    }


def _headings(board: Board, query_state: QueryState) -> dict[str, Heading]:
    names = HEADINGS | (ENROLLED_HEADING if board.shows_enrollment else {})
    return {name: _heading(board.order, query_state, name, label) for name, label in names.items()}


def _heading(order: str, query_state: QueryState, name: str, label: str) -> Heading:
    is_current, is_descending = order.removeprefix("-") == name, order.startswith("-")
    direction = ("descending" if is_descending else "ascending") if is_current else ""
    next_order = f"-{name}" if is_current and not is_descending else name
    url = query_state.with_params(sort="" if next_order == DEFAULT_ORDER else next_order).url
    return Heading(label, url, direction)


def _choices(board: Board, query_state: QueryState) -> list[Choice]:
    """The select fields of the filter form; statuses are those of the sites and the selected one."""
    statuses = {status or NOT_PUBLISHED for status in board.tally} | {query_state.value("status")}
    orders = [("" if value == DEFAULT_ORDER else value, label) for value, label in board.orders]
    fields = [
        ("status", "Status", [("", "Any"), *((value, label) for value, label in STATUSES if value in statuses)]),
        ("country", "Country", [("", "Any"), *((name, name) for name in board.countries)]),
        ("confirmed", "Last confirmed", [("", "Any time"), *confirmation_age_choices()]),
        ("sort", "Order", orders),
    ]
    return [Choice(name, label, options, query_state.value(name)) for name, label, options in fields]
