"""The sites of all trials that a user oversees, and the selection of coordinators to remind."""

from collections.abc import Iterator
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, bad_params_response, get_page, page_links
from common.table_controls import Choice, Heading, sort_heading
from sites.filters import STATUSES, confirmation_age_choices
from work.boards.export import boards_csv
from work.boards.queries import (
    DEFAULT_ORDER,
    GROUPS,
    LATE_CHOICES,
    SITES_ON_A_PAGE,
    Boards,
    BoardsRow,
    get_boards,
    order_choices,
)
from work.models import ViewedPage
from work.overview.filters import coordinators_in_scope
from work.overview.saved_views import views_of
from work.overview.views import coordinator_options

HEADINGS = {"site": "Site", "trial": "Trial", "status": "Status", "confirmed": "Last confirmed"}


@login_required
@never_cache
@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """A row for each site of each trial; 404 for users who oversee no trial."""
    if not request.user.oversees_trials:
        raise Http404
    query_state = QueryState.from_request(request)
    if query_state.has_blanks:
        return redirect(query_state.url)
    sites = get_boards(query_state, user=request.user, today=dates.today())
    page = get_page(sites.filterset, query_state, size=SITES_ON_A_PAGE, order=sites.in_order)
    if page is None:
        return bad_params_response(request, query_state, sites.filterset)
    if query_state.value("format"):
        return boards_csv(sites)
    return render(request, "work/boards/boards.html", _context(sites, page, query_state))


def _context(sites: Boards, page: Page, query_state: QueryState) -> dict:
    base_state = query_state.without("page", "format")
    rows = sites.rows(page)
    return page_links(query_state, page) | {
        "boards": sites,
        "groups": list(_groups(rows)),
        "remindable": sites.may_remind and any(row.is_overdue and row.coordinators.responsible for row in rows),
        "result_count": page.paginator.count,
        "headings": _headings(sites, base_state),
        "texts": [
            (name, sites.filterset.field_of(name).label, query_state.value(name))
            for name in ("words", "trial", "country")
        ],
        "choices": _choices(sites, query_state),
        "is_filtered": sites.filterset.has_filters,
        "all_url": query_state.path,
        "csv_url": base_state.with_params(format="csv").url,
        "saved_views": views_of(sites.user, ViewedPage.BOARDS),
        "viewed_page": ViewedPage.BOARDS,
        "current_url": base_state.url,
        "current_query": base_state.query.urlencode(),
        "here": query_state.url,
    }


def _groups(rows: list[BoardsRow]) -> Iterator[tuple[str, list[BoardsRow]]]:
    for group, members in groupby(rows, key=lambda row: row.group):
        yield group, list(members)


def _headings(sites: Boards, query_state: QueryState) -> dict[str, Heading]:
    return {
        name: sort_heading(name, label, query_state, order=sites.order, default=DEFAULT_ORDER)
        for name, label in HEADINGS.items()
    }


def _choices(sites: Boards, query_state: QueryState) -> list[Choice]:
    """The select fields of the filter form."""
    coordinators = coordinators_in_scope(sites.user, on=sites.today)
    orders = [("" if value == DEFAULT_ORDER else value, label) for value, label in order_choices()]
    fields = [
        ("status", "Status", [("", "Any"), *STATUSES]),
        ("confirmed", "Last confirmed", [("", "Any time"), *confirmation_age_choices()]),
        ("coordinator", "Responsible", coordinator_options(coordinators)),
        ("late", "Late", [("", "Any"), *LATE_CHOICES]),
        ("group", "Group by", [("", "None"), *GROUPS.items()]),
        ("sort", "Order", orders),
    ]
    return [Choice(name, label, options, query_state.value(name)) for name, label, options in fields]
