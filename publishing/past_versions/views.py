"""What the public saw of a trial at the end of a day, and who changed it; for those who may read its audit trail."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import dates
from common.as_of import end_of_day, parse_past_day
from common.permissions import HISTORY, Action
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from publishing.past_versions.differences import differences
from publishing.past_versions.trail import trail_between
from publishing.past_versions.versions import PublishedVersion, version_at, version_before
from publishing.staleness import publish_pending
from trials.models import Trial
from trials.permissions import TRIAL, roles_over_trial

ON = "on"


@login_required
@never_cache
@require_safe
def public_on_day(request: HttpRequest, key: str) -> HttpResponse:
    """The version of the public document that stood at the end of the day, its contacts, and what led to it."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None or not _may_read_trail(request.user, trial):
        raise Http404
    query_state = QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}public/")
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    if query_state.has_blanks:
        return redirect(query_state.url)
    filterset = StrictFilterSet(query_state.query, queryset=Trial.objects.none(), without=(ON,))
    today = day = dates.today()
    try:
        day = parse_past_day(query_state.value(ON), today=today) if query_state.value(ON) else today
    except ValueError as error:
        filterset.add_param_error(ON, str(error))
    if len(query_state.values(ON)) > 1:
        filterset.add_param_error(ON, "Use this parameter once.")
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    publish_pending()
    context = {"trial": trial, "day": day, "today": today} | _version_context(trial, day, request.user)
    return render(request, "publishing/public_on_day.html", context)


def _may_read_trail(user, trial: Trial) -> bool:
    return TRIAL.allows(Action.READ, HISTORY, roles_over_trial(user, trial))


def _version_context(trial: Trial, day: date, user) -> dict:
    """The version of the day, its differences to the one before, and the writes between the two."""
    version = version_at(trial.pk, end_of_day(day))
    if version is None:
        return {"version": None}
    before = version_before(trial.pk, version)
    return {
        "version": version,
        "before": before,
        "document": version.document,
        "differences": differences(before.document, version.document) if before else [],
        "trail": trail_between(trial, before.published_at if before else None, version.published_at, user),
        "earlier_day": _day_before(version) if before else None,
        "later_day": dates.local_date(version.replaced_at) if version.replaced_at else None,
    }


def _day_before(version: PublishedVersion) -> date:
    """The last day at whose end the version before stood, or the version's own first day."""
    return dates.local_date(version.published_at) - timedelta(days=1)
