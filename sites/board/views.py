"""The board of a trial: counts, sortable headings, filter choices and rows."""

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from common import dates
from common.as_of import AS_OF, AS_OF_PARAMETERS, MEANING, as_of_links, parse_as_of
from common.localized import country_name
from common.query_params import QueryState, bad_params_response, get_page, page_links
from common.table_controls import Choice, Heading, sort_heading
from sites.board.queries import DEFAULT_ORDER, SITES_ON_A_PAGE, Board, get_board
from sites.csv_export import board_csv
from sites.filters import NOT_PUBLISHED, STATUSES, confirmation_age_choices, status_count_links
from trials.models import Trial
from trials.status_as_of import overall_status_as_of
from trials.verification import verification_of

HEADINGS = {
    "site": gettext_noop("Site"),
    "place": gettext_noop("Place"),
    "status": gettext_noop("Status"),
    "since": gettext_noop("Since"),
    "confirmed": gettext_noop("Last confirmed"),
}
ENROLLED_HEADING = {"enrolled": gettext_noop("Enrolled")}


@require_safe
def board(request: HttpRequest, key: str) -> HttpResponse:
    """The board of a trial's sites; another spelling of the trial's key redirects to the canonical address."""
    query_state = QueryState.from_request(request)
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    canonical = query_state.for_path(f"{trial.get_absolute_url()}sites/")
    if canonical.path != query_state.path:
        return redirect(canonical.url, permanent=True)
    if query_state.has_blanks:
        return redirect(query_state.url)
    today = dates.today()
    as_of, errors = parse_as_of(query_state.query, today=today)
    trial_board = get_board(trial, query_state, user=request.user, today=today, as_of=as_of)
    for name, message in errors.items():
        trial_board.filterset.add_param_error(name, message)
    page = get_page(trial_board.filterset, query_state, size=SITES_ON_A_PAGE, order=trial_board.in_order)
    if page is None:
        return bad_params_response(request, query_state, trial_board.filterset)
    if query_state.value("format") == "csv":
        return board_csv(trial_board)
    context = _board_context(trial_board, page, query_state)
    if as_of:
        context |= as_of_links(as_of, query_state) | {"status": overall_status_as_of(trial, as_of)}
    return render(request, "sites/board.html", context)


def _board_context(board: Board, page: Page, query_state: QueryState) -> dict:
    """The template context of one page of the board; `all_url` removes the filters and keeps a past day."""
    past_day = {name: query_state.value(name) for name in AS_OF_PARAMETERS}
    base_state = query_state.without("page", "format")
    rows = board.rows(page)
    return page_links(query_state, page) | {
        "board": board,
        "trial": board.trial,
        "status": board.trial.status_on(board.today),
        "verification": verification_of(board.trial).as_text(board.today) if board.shows_enrollment else "",
        "rows": rows,
        "selectable": [f"{row.site.pk}:{row.site.version}" for row in rows if row.site.is_editable],
        "result_count": page.paginator.count,
        "status_counts": status_count_links(board.tally, query_state),
        "headings": _headings(board, base_state),
        "search_text": query_state.value("words"),
        "choices": _choices(board, query_state),
        "is_filtered": board.filterset.has_filters,
        "all_url": query_state.without(*query_state.names).with_params(**past_day).url,
        "form_url": query_state.path,
        "past_day": past_day[AS_OF],
        "today_on": dates.today(),
        "csv_url": base_state.with_params(format="csv").url,
    }


def _headings(board: Board, query_state: QueryState) -> dict[str, Heading]:
    names = HEADINGS | (ENROLLED_HEADING if board.shows_enrollment else {})
    return {
        name: sort_heading(name, _(label), query_state, order=board.order, default=DEFAULT_ORDER)
        for name, label in names.items()
    }


def _choices(board: Board, query_state: QueryState) -> list[Choice]:
    """The select fields of the filter form; statuses are those of the sites and the selected one."""
    statuses = {status or NOT_PUBLISHED for status in board.tally} | {query_state.value("status")}
    orders = [("" if value == DEFAULT_ORDER else value, label) for value, label in board.orders]
    countries = [(name, country_name(name)) for name in board.countries]
    fields = [
        (
            "status",
            _("Status"),
            [("", _("Any")), *((value, _(label)) for value, label in STATUSES if value in statuses)],
        ),
        ("country", _("Country"), [("", _("Any")), *countries]),
        ("confirmed", _("Last confirmed"), [("", _("Any time")), *confirmation_age_choices()]),
        ("sort", _("Order"), [(value, _(label)) for value, label in orders]),
        (MEANING, _("The day means"), [("", _("In force, as known today")), ("recorded", _("Recorded by then"))]),
    ]
    return [Choice(name, label, options, query_state.value(name)) for name, label, options in fields]
