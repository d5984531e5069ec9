"""What a board's page shows around its rows: counts, columns that order it, what can be chosen."""

from dataclasses import dataclass

from django.core.paginator import Page

from common.pagination import pager
from common.query_params import Asked
from sites.board.filters import OPEN_FIRST, STATUSES, confirmed_choices
from sites.board.queries import Board
from sites.filters import NOT_PUBLISHED
from sites.status_counts import counted
from trials.verification import verification_of

HEADINGS = {"site": "Site", "place": "Place", "status": "Status", "since": "Since", "confirmed": "Last confirmed"}
ENROLLED = {"enrolled": "Enrolled"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that can lead: its address turns the order round when it leads already."""

    words: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, each with its words."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


def context_of(board: Board, page: Page, asked: Asked) -> dict:
    """The context of the page."""
    here = asked.without("page", "format")
    rows = board.rows(page)
    return pager(asked, page) | {
        "board": board,
        "trial": board.trial,
        "status": board.trial.status_on(board.today),
        "verification": verification_of(board.trial).in_words(board.today) if board.shows_enrollment else "",
        "rows": rows,
        "choosable": [f"{row.site.pk}:{row.site.version}" for row in rows if row.site.is_mine],
        "found": page.paginator.count,
        "tally": counted(board.tally, asked),
        "headings": _headings(board, here),
        "asked_words": asked.value("words"),
        "choices": _choices(board, asked),
        "is_narrowed": board.filterset.is_narrowing,
        "all_url": asked.path,
        "csv_url": here.saying(format="csv").url,
    }


def _headings(board: Board, here: Asked) -> dict[str, Heading]:
    names = HEADINGS | (ENROLLED if board.shows_enrollment else {})
    return {name: _heading(board.order, here, name, words) for name, words in names.items()}


def _heading(order: str, here: Asked, name: str, words: str) -> Heading:
    leads, falls = order.removeprefix("-") == name, order.startswith("-")
    direction = ("descending" if falls else "ascending") if leads else ""
    wanted = f"-{name}" if leads and not falls else name
    return Heading(words, here.saying(sort="" if wanted == OPEN_FIRST else wanted).url, direction)


def _choices(board: Board, asked: Asked) -> list[Choice]:
    """What the form offers: only statuses that some site has, or that is asked for."""
    there = {status or NOT_PUBLISHED for status in board.tally} | {asked.value("status")}
    orders = [("" if value == OPEN_FIRST else value, words) for value, words in board.orders]
    offered = [
        ("status", "Status", [("", "Any"), *((value, words) for value, words in STATUSES if value in there)]),
        ("country", "Country", [("", "Any"), *((name, name) for name in board.countries)]),
        ("confirmed", "Last confirmed", [("", "Any time"), *confirmed_choices()]),
        ("sort", "Order", orders),
    ]
    return [Choice(name, label, options, asked.value(name)) for name, label, options in offered]
