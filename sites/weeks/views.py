"""The sites of a trial by week: the status then, and whether it had been confirmed."""

from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.as_of import parse_past_day
from common.pagination import get_page, page_links
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from sites.choices import STATUS_ORDER
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.permissions import order_by_name
from sites.weeks.grid import LETTERS, WEEKS, WeekRow, week_cells, week_ends
from trials.models import Trial

SITES_ON_A_PAGE = 100
PARAMETERS = ("until", "page")


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
    filterset = StrictFilterSet(query_state.query, _sites(trial, request.user), without=PARAMETERS)
    until = _until(query_state, filterset, today)
    page = get_page(filterset, query_state, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    days = week_ends(until, today=today)
    context = page_links(query_state, page) | {
        "trial": trial,
        "today": today,
        "until": until,
        "weeks": [(day - timedelta(days=day.weekday()), day) for day in days],
        "rows": [_row(site, days) for site in page],
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


def _sites(trial: Trial, user) -> QuerySet[TrialSite]:
    as_entered = TrialSite.objects.filter(trial=trial).showing_counts_to(user).exists()
    events = StatusEvent.objects.filter(corrected_by__isnull=True).order_by("as_of", "id")
    confirmations = Confirmation.objects.filter(undone_at=None).order_by("confirmed_on")
    return (
        TrialSite.objects.visible_to(user)
        .filter(trial=trial)
        .with_shown_status(as_entered=as_entered)
        .select_related("facility")
        .prefetch_related(
            Prefetch("status_events", events, to_attr="events_in_force"),
            Prefetch("confirmations", confirmations, to_attr="standing_confirmations"),
        )
    )


def _row(site: TrialSite, days: list[date]) -> WeekRow:
    """The row of a site; without statuses where its status is not shown to the reader."""
    events = site.events_in_force if site.shown_status == site.status else []
    confirmed = [(one.confirmed_on, one.status) for one in site.standing_confirmations]
    return WeekRow(site, week_cells(events, confirmed, days))
