"""The search page, and the page of the trials related to a trial."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, push_url

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from publishing.models import TrialRow
from publishing.querysets import search_box_query
from publishing.related_graph import related_graph
from publishing.related_trials import find_related_trials
from publishing.search.facets import count_facets
from publishing.search.form import chips, option_groups, search_form, suggest_relaxed_filters
from publishing.search.match_reasons import add_matches
from publishing.search.near_query import NEAR, NEAR_PARAMETERS
from publishing.search.near_views import near_page
from publishing.search.results import BEST, NEWEST, PARAMETERS, RECRUITING, Results, previous_cursor, search
from publishing.staleness import publish_pending
from trials.models import Trial
from trials.text_search import nct_number

ORDER_LABELS = {
    RECRUITING: gettext_noop("Recruiting first, then best match"),
    BEST: gettext_noop("Best match"),
    NEWEST: gettext_noop("Recently updated"),
}


@require_safe
@vary_on_headers("HX-Request", "HX-History-Restore-Request")
def search_page(request: HttpRequest) -> HttpResponse:
    """The public search page, with the trials visible to the user; for htmx requests only the results."""
    query_state = QueryState.from_request(request)
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    if query_state.value(NEAR):
        return near_page(request, query_state, is_part=is_part)
    if near_names := [name for name in NEAR_PARAMETERS if name in query_state.names]:
        query_state = replace(query_state.without(*near_names), has_blanks=True)  # the form sends them without a place
    if is_part:
        return _results_partial(request, query_state)
    if trial := _trial_by_number(query_state, request.user):
        return redirect(trial)
    if query_state.has_blanks:
        return redirect(query_state.url)
    results = search(query_state.query, user=request.user)
    if not results.filterset.is_valid():
        return bad_params_response(request, query_state, results.filterset)
    form = search_form(query_state, results.filterset, count_facets(results.filterset))
    return render(request, "search/search.html", _search_context(request, query_state, results) | {"form": form})


def _results_partial(request: HttpRequest, query_state: QueryState) -> HttpResponse:
    """Results for htmx, with the URL pushed; invalid parameters redirect to the full page."""
    results = search(query_state.query, user=request.user)
    if not results.filterset.is_valid():
        return HttpResponseClientRedirect(query_state.url)
    groups = option_groups(query_state, results.filterset, count_facets(results.filterset))
    context = _search_context(request, query_state, results) | {"is_part": True, "groups": groups}
    return push_url(render(request, "search/_results.html", context), query_state.url)


def _search_context(request: HttpRequest, query_state: QueryState, results: Results) -> dict:
    filterset = results.filterset
    context = {
        "query_state": query_state,
        "results": results,
        "today": dates.today(),
        "chips": chips(query_state, filterset),
    }
    context["feed_url"] = query_state.without(*PARAMETERS).for_path(reverse("search_feed")).url
    context["words"] = query_state.value("words").strip()
    context["start_url"] = query_state.path
    if context["words"]:
        first_page = query_state.without(*PARAMETERS)
        context["orders"] = [
            (
                _(label),
                first_page.with_params(order="" if order == RECRUITING else order).url,
                order,
            )
            for order, label in ORDER_LABELS.items()
        ]
        add_matches(results.rows, search_box_query(filterset.form.cleaned_data["words"]).query, context["words"])
    if results.next_cursor:
        context["next_url"] = query_state.with_params(cursor=results.next_cursor).url
    if query_state.value("cursor"):
        context["previous_url"] = query_state.with_params(
            cursor=previous_cursor(results, query_state.value("cursor"))
        ).url
    if not results.rows:
        context["suggestions"] = suggest_relaxed_filters(
            query_state, filterset, TrialRow.objects.visible_to(request.user)
        )
        context["is_empty"] = not query_state.names
    return context


def _trial_by_number(query_state: QueryState, user) -> Trial | None:
    """The trial whose current or obsolete NCT number was entered in the search box, or None."""
    number = nct_number(query_state.value("words"))
    return Trial.objects.visible_to(user).first_by_key(number) if number else None


@require_safe
def related_trials(request: HttpRequest, key: str) -> HttpResponse:
    """The trials that have something in common with a trial; another spelling of its key redirects."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    query_state = QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}related/")
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    filterset = StrictFilterSet(query_state.query, queryset=Trial.objects.none())
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    publish_pending()
    today = dates.today()
    related = find_related_trials(trial, request.user, today=today)
    context = {"trial": trial, "related": related, "graph": related_graph(trial, related), "today": today}
    return render(request, "trials/related.html", context)
