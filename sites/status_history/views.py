"""The history of a trial: milestones, sites by status and month, time in each status, and a calendar of updates."""

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.partial_dates import PartialDate
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from sites.choices import ENDED
from sites.models import StatusEvent, TrialSite
from sites.permissions import order_by_name
from sites.status_history.durations import MEASURED, durations_chart, site_days, status_periods
from sites.status_history.ribbon import ribbon_chart
from sites.status_history.updates import DayOfUpdates, updates_chart
from sites.weeks.queries import shown_history, sites_with_history
from trials.models import Trial
from trials.page.timeline import timeline_of
from trials.page.timeline_chart import timeline_chart

#: Rows of the table of sites; the figures are of all.
SITES_SHOWN = 500


@require_safe
def status_history(request: HttpRequest, key: str) -> HttpResponse:
    """Like Status by week, it shows what the reader may see. A fixed number of queries for any number of sites."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    query_state = QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}history/")
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    filterset = StrictFilterSet(query_state.query, sites_with_history(trial, request.user))
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    today = dates.today()
    sites = list(order_by_name(filterset.qs))
    histories = [(site, *shown_history(site)) for site in sites]
    periods = {site.pk: status_periods(events, today=today) for site, events, _ in histories}
    context = {
        "trial": trial,
        "milestones": timeline_chart(timeline_of(trial, today=today), today=today),
        "ribbon": ribbon_chart((events for _, events, _ in histories), today=today),
        "durations": durations_chart([one for of_site in periods.values() for one in of_site]),
        "updates": updates_chart(_updates(histories), today=today),
        "measured": MEASURED,
        "rows": [(site, _cells(periods[site.pk])) for site in sites[:SITES_SHOWN]],
        "site_count": len(sites),
        "shows_enrollment": TrialSite.objects.filter(trial=trial).showing_counts_to(request.user).exists(),
    }
    return render(request, "sites/status_history.html", context)


def _updates(histories: Iterable[tuple]) -> Iterator[DayOfUpdates]:
    """The changes of status, not the first one of a site, and the confirmations that stand."""
    for _, events, confirmations in histories:
        for event in _changed(events):
            known_on = PartialDate(event.as_of)
            if known_on.first_day == known_on.last_day:
                yield DayOfUpdates(known_on.first_day, is_confirmation=False)
        for day, _ in confirmations:
            yield DayOfUpdates(day, is_confirmation=True)


def _changed(events: Iterable[StatusEvent]) -> Iterator[StatusEvent]:
    former = None
    for event in events:
        if former is not None and event.status != former:
            yield event
        former = event.status


def _cells(periods: list) -> list[tuple[int | None, bool]]:
    """(days, whether the status is in force) for each measured status; None where the site never had it."""
    days, current = site_days(periods), {one.status for one in periods if one.is_current} - ENDED
    return [(days.get(status), status in current) for status in MEASURED]
