"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, push_url

from common import dates
from common.query_params import Asked, refused
from publishing.models import TrialRow
from publishing.querysets import typed_query
from publishing.search.form import chips, search_form
from publishing.search.match_reasons import add_matches
from publishing.search.results import BEST, NEWEST, PARAMETERS, RECRUITING, Results, previous_cursor, search
from publishing.search.suggestions import ways_out
from trials.models import Trial
from trials.text_search import nct_number

ORDER_LABELS = {
    RECRUITING: "Recruiting first, then best match",
    BEST: "Best match first",
    NEWEST: "Newest first",
}


@require_safe
@vary_on_headers("HX-Request", "HX-History-Restore-Request")
def find_trials(request: HttpRequest) -> HttpResponse:
    """Open to everybody; lists what `visible_to` lets the reader see. For htmx only the part that changes."""
    asked = Asked.of(request)
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    if is_part:
        return _results_alone(request, asked)
    if trial := _trial_named(asked, request.user):
        return redirect(trial)
    if asked.has_blanks:
        return redirect(asked.url)
    results = search(request.GET, user=request.user)
    if not results.filterset.is_valid():
        return refused(request, asked, results.filterset)
    form = search_form(asked, results.filterset)
    return render(request, "search/search.html", _shown(request, asked, results) | {"form": form})


def _results_alone(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The address follows what is asked. A question that can't be answered is told by the whole page."""
    results = search(request.GET, user=request.user)
    if not results.filterset.is_valid():
        return HttpResponseClientRedirect(asked.url)
    part = render(request, "search/_results.html", _shown(request, asked, results) | {"is_part": True})
    return push_url(part, asked.url)


def _shown(request: HttpRequest, asked: Asked, results: Results) -> dict:
    filterset = results.filterset
    context = {"asked": asked, "results": results, "today": dates.today(), "chips": chips(asked, filterset)}
    context["words"] = asked.value("words").strip()
    context["start_url"] = asked.path
    if context["words"]:
        context["orders"] = [
            (label, asked.without(*PARAMETERS).saying(order="" if order == RECRUITING else order).url, order)
            for order, label in ORDER_LABELS.items()
        ]
        add_matches(results.rows, typed_query(filterset.form.cleaned_data["words"]).query, context["words"])
    if results.next_cursor:
        context["next_url"] = asked.saying(cursor=results.next_cursor).url
    if asked.value("cursor"):
        context["previous_url"] = asked.saying(cursor=previous_cursor(results, asked.value("cursor"))).url
    if not results.rows:
        context["ways_out"] = ways_out(asked, filterset, TrialRow.objects.visible_to(request.user))
        context["is_empty"] = not asked.names
    return context


def _trial_named(asked: Asked, user) -> Trial | None:
    """An NCT number in the box means that trial and nothing else; an obsolete number too."""
    number = nct_number(asked.value("words"))
    return Trial.objects.visible_to(user).with_key(number) if number else None
