"""Pages of the updates pending at the registry: the user's trials, and one trial's record as JSON."""

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.pagination import get_page, page_links
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from registries.ctgov.export import export_records
from registries.differences.context import count_differences, may_compare
from registries.querysets import reads_everything
from trials.models import Trial

PAGE_SIZE = 20
PAGE_PARAMS = ("page",)


@login_required
@never_cache
@require_safe
def all_differences(request: HttpRequest) -> HttpResponse:
    """The user's trials with the number of differences from the last imported record."""
    query_state = QueryState.from_request(request)
    user = request.user
    trials = Trial.objects.all() if reads_everything(user) else Trial.objects.editable_by(user)
    trials = trials.filter(registry_link__isnull=False).order_by("nct_id", "pk")
    trials = trials.only("nct_id", "org_study_id", "brief_title", "official_title", "acronym", "overall_status")
    filterset = StrictFilterSet(query_state.query, trials, without=PAGE_PARAMS)
    page = get_page(filterset, query_state, size=PAGE_SIZE)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    counts = count_differences(list(page))
    context = page_links(query_state, page) | {"rows": [(trial, counts[trial.pk]) for trial in page]}
    return render(request, "registries/differences.html", context)


@login_required
@never_cache
@require_safe
def record(request: HttpRequest, key: str) -> HttpResponse:
    """One trial's record with our values, as a download."""
    trial = Trial.objects.with_key(key)
    if trial is None or not trial.nct_id or not may_compare(trial, request.user):
        raise Http404
    (study,) = export_records(Trial.objects.filter(pk=trial.pk))
    response = HttpResponse(orjson.dumps(study, option=orjson.OPT_INDENT_2), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{trial.nct_id}.json"'
    return response
