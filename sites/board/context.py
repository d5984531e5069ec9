"""What a board's page shows around its rows: counts, columns that order it, what can be chosen."""

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
    """A column that can lead: its address turns the order round when it leads already."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, each with its words."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


def board_context(board: Board, page: Page, query_state: QueryState) -> dict:
    """The context of the page."""
    here = query_state.without("page", "format")
    rows = board.rows(page)
    return page_links(query_state, page) | {
        "board": board,
        "trial": board.trial,
        "status": board.trial.status_on(board.today),
        "verification": verification_of(board.trial).as_text(board.today) if board.shows_enrollment else "",
        "rows": rows,
        "choosable": [f"{row.site.pk}:{row.site.version}" for row in rows if row.site.is_mine],
        "found": page.paginator.count,
        "tally": status_count_links(board.tally, query_state),
        "headings": _headings(board, here),
        "asked_words": query_state.value("label"),
        "choices": _choices(board, query_state),
        "is_narrowed": board.filterset.has_filters,
        "all_url": query_state.path,
        "csv_url": here.with_params(format="csv").url,
    }


def _headings(board: Board, query_state: QueryState) -> dict[str, Heading]:
    names = HEADINGS | (ENROLLED_HEADING if board.shows_enrollment else {})
    return {name: _heading(board.order, query_state, name, words) for name, words in names.items()}


def _heading(order: str, query_state: QueryState, name: str, label: str) -> Heading:
    leads, falls = order.removeprefix("-") == name, order.startswith("-")
    direction = ("descending" if falls else "ascending") if leads else ""
    wanted = f"-{name}" if leads and not falls else name
    return Heading(label, query_state.with_params(sort="" if wanted == DEFAULT_ORDER else wanted).url, direction)


def _choices(board: Board, query_state: QueryState) -> list[Choice]:
    """What the form offers: only statuses that some site has, or that is asked for."""
    there = {status or NOT_PUBLISHED for status in board.tally} | {query_state.value("status")}
    orders = [("" if value == DEFAULT_ORDER else value, words) for value, words in board.orders]
    offered = [
        ("status", "Status", [("", "Any"), *((value, words) for value, words in STATUSES if value in there)]),
        ("country", "Country", [("", "Any"), *((name, name) for name in board.countries)]),
        ("confirmed", "Last confirmed", [("", "Any time"), *confirmation_age_choices()]),
        ("sort", "Order", orders),
    ]
    return [Choice(name, label, options, query_state.value(name)) for name, label, options in offered]
