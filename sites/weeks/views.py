"""The sites of a trial by week: the status then, and whether it had been confirmed."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.as_of import parse_past_day
from common.query_params import QueryState, StrictFilterSet, bad_params_response, get_page, page_links
from sites.choices import STATUS_ORDER
from sites.models import TrialSite
from sites.permissions import order_by_name
from sites.weeks.grid import LETTERS, WEEKS, WeekRow, week_cells, week_ends
from sites.weeks.queries import shown_history, sites_with_history
from trials.models import Trial

SITES_ON_A_PAGE = 100
PARAMETERS = ("until", "page", "show")
#: The value of `show` for the ages of confirmations instead of statuses.
AGES = "age"


@require_safe
def weeks(request: HttpRequest, key: str) -> HttpResponse:
    """Half a year of weeks, ending with that of `until` (today). Like the board, it shows what the reader may see."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    query_state = QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}weeks/")
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    if query_state.has_blanks:
        return redirect(query_state.url)
    today = dates.today()
    filterset = StrictFilterSet(query_state.query, sites_with_history(trial, request.user), without=PARAMETERS)
    until = _until(query_state, filterset, today)
    if query_state.values("show") not in ([], [AGES]):
        filterset.add_param_error("show", f"Use {AGES}, or leave this parameter out.")
    page = get_page(filterset, query_state, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    days = week_ends(until, today=today)
    context = page_links(query_state, page) | {
        "trial": trial,
        "today": today,
        "until": until,
        "weeks": [(day - timedelta(days=day.weekday()), day) for day in days],
        "rows": [WeekRow(site, week_cells(*shown_history(site), days)) for site in page],
        "shows_ages": query_state.value("show") == AGES,
        "ages_url": query_state.with_params(show=AGES).url,
        "statuses_url": query_state.without("show").url,
        "total": page.paginator.count,
        "letters": sorted(LETTERS.items(), key=lambda item: STATUS_ORDER[item[0]]),
        "earlier_url": query_state.with_params(until=(until - timedelta(weeks=WEEKS)).isoformat(), page="").url,
        "shows_enrollment": TrialSite.objects.filter(trial=trial).showing_counts_to(request.user).exists(),
    }
    if until < today:
        later = min(until + timedelta(weeks=WEEKS), today)
        context["later_url"] = query_state.with_params(until="" if later == today else later.isoformat(), page="").url
    return render(request, "sites/weeks.html", context)


def _until(query_state: QueryState, filterset: StrictFilterSet, today: date) -> date:
    """The day of the last week; an invalid one is an error of the filter set."""
    if len(query_state.values("until")) > 1:
        filterset.add_param_error("until", "Use this parameter once.")
    try:
        return parse_past_day(query_state.value("until"), today=today) if query_state.value("until") else today
    except ValueError as error:
        filterset.add_param_error("until", str(error))
        return today
