"""The overview: a row for each trial that the user oversees, with its figures."""

from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, bad_params_response, get_page, page_links
from common.table_controls import Choice, Heading, sort_heading
from trials.choices import OverallStatus, Phase
from work.models import ViewedPage
from work.overview.export import overview_csv, overview_xlsx
from work.overview.filters import LATE_CHOICES, NO_COORDINATOR, coordinators_in_scope
from work.overview.queries import (
    DEFAULT_ORDER,
    TRIALS_ON_A_PAGE,
    Overview,
    OverviewRow,
    get_overview,
    group_choices,
    order_choices,
)
from work.overview.saved_views import views_of

HEADINGS = {
    "trial": "Trial", "status": "Status", "open": "Open sites", "confirmed": "Confirmed", "enrolled": "Enrolled",
    "findings": "Data checks", "late": "Late",
}  # fmt: skip


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The trials with their figures; 404 for users who oversee none."""
    if not request.user.oversees_trials:
        raise Http404
    query_state = QueryState.from_request(request)
    if query_state.has_blanks:
        return redirect(query_state.url)
    trials = get_overview(query_state, user=request.user, today=dates.today())
    page = get_page(trials.filterset, query_state, size=TRIALS_ON_A_PAGE, order=trials.in_order)
    if page is None:
        return bad_params_response(request, query_state, trials.filterset)
    if query_state.value("format"):
        return overview_csv(trials) if query_state.value("format") == "csv" else overview_xlsx(trials)
    return render(request, "work/overview/overview.html", _context(trials, page, query_state))


def _context(trials: Overview, page: Page, query_state: QueryState) -> dict:
    base_state = query_state.without("page", "format")
    return page_links(query_state, page) | {
        "overview": trials,
        "groups": list(_groups(trials.rows(page))),
        "result_count": page.paginator.count,
        "headings": _headings(trials, base_state),
        "texts": _text_fields(trials, query_state),
        "choices": _choices(trials, query_state),
        "is_filtered": trials.filterset.has_filters,
        "all_url": query_state.path,
        "csv_url": base_state.with_params(format="csv").url,
        "xlsx_url": base_state.with_params(format="xlsx").url,
        "saved_views": views_of(trials.user, ViewedPage.OVERVIEW),
        "viewed_page": ViewedPage.OVERVIEW,
        "current_url": base_state.url,
        "current_query": base_state.query.urlencode(),
        "due_days": settings.CONFIRMATION_DUE_DAYS,
        "report_due_days": settings.ENROLLMENT_REPORT_DUE_DAYS,
    }


def _groups(rows: list[OverviewRow]) -> Iterator[tuple[str, list[OverviewRow]]]:
    """The rows of a page by group, each with its heading; "" without grouping."""
    for group, members in groupby(rows, key=lambda row: row.group):
        yield group, list(members)


def _headings(trials: Overview, query_state: QueryState) -> dict[str, Heading]:
    return {
        name: sort_heading(name, label, query_state, order=trials.order, default=DEFAULT_ORDER)
        for name, label in HEADINGS.items()
    }


def _text_fields(trials: Overview, query_state: QueryState) -> list[tuple[str, str, str]]:
    """The text fields of the filter form: name, label and value."""
    names = ("words", "sponsor", "condition", "country")
    return [(name, trials.filterset.field_of(name).label, query_state.value(name)) for name in names]


def _choices(trials: Overview, query_state: QueryState) -> list[Choice]:
    """The select fields of the filter form."""
    coordinators = coordinators_in_scope(trials.user, on=trials.today)
    orders = [("" if value == DEFAULT_ORDER else value, label) for value, label in order_choices()]
    fields = [
        ("status", "Status", [("", "Any"), *OverallStatus.choices]),
        ("phase", "Phase", [("", "Any"), *Phase.choices]),
        ("coordinator", "Coordinator", coordinator_options(coordinators)),
        ("late", "Late", [("", "Any"), *LATE_CHOICES]),
        ("group", "Group by", group_choices()),
        ("sort", "Order", orders),
    ]
    return [Choice(name, label, list(options), query_state.value(name)) for name, label, options in fields]


def coordinator_options(coordinators) -> list[tuple[str, str]]:
    return [("", "Any"), (NO_COORDINATOR, "No coordinator"), *((str(user.pk), str(user)) for user in coordinators)]
