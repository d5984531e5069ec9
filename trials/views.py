"""The public trial page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from trials.models import Trial
from trials.page.context import trial_page_context


@require_safe
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """The public trial page. Another spelling of the key or an obsolete NCT number redirects to the canonical URL."""
    matching_trial = Trial.objects.visible_to(request.user).for_page().with_key(key)
    if matching_trial is None:
        raise Http404
    query_state = QueryState.from_request(request).for_path(matching_trial.get_absolute_url())
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    filterset = StrictFilterSet(query_state.query, queryset=Trial.objects.none())
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    context = trial_page_context(matching_trial, today=dates.today())
    context["canonical"] = request.build_absolute_uri(matching_trial.get_absolute_url())
    context["is_editable"] = Trial.objects.editable_by(request.user).filter(pk=matching_trial.pk).exists()
    return render(request, "trials/trial.html", context)
