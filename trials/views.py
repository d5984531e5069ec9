"""The trial's public page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from trials.models import Trial
from trials.page.context import trial_page_context


@require_safe
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that may be told of a trial. Another spelling or an obsolete number leads to the one address."""
    found = Trial.objects.visible_to(request.user).for_page().with_key(key)
    if found is None:
        raise Http404
    asked = QueryState.from_request(request).for_path(found.get_absolute_url())
    if asked.path != request.path:
        return redirect(asked.url, permanent=True)
    no_question = StrictFilterSet(asked.query, queryset=Trial.objects.none())
    if not no_question.is_valid():
        return bad_params_response(request, asked, no_question)
    page = trial_page_context(found, today=dates.today())
    page["canonical"] = request.build_absolute_uri(found.get_absolute_url())
    page["is_editable"] = Trial.objects.editable_by(request.user).filter(pk=found.pk).exists()
    return render(request, "trials/trial.html", page)
