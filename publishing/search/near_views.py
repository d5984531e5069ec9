"""The search page near a place: recruiting sites, nearest first; and suggestions of places for its box."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from common import dates
from common.query_params import QueryState, StrictForm, bad_params_response
from publishing.search.facets import count_near_facets
from publishing.search.form import chips, filter_text, option_groups, search_form
from publishing.search.near import NearResults, search_near, suggest_without
from publishing.search.near_query import MI, NEAR, NEAR_PARAMETERS
from publishing.search.results import PARAMETERS
from sites.maps.site_map import MapPoint, SiteMap, draw_site_map
from sites.places.circle import MAX_WITHIN
from sites.places.facility_points import facility_point
from sites.places.resolve import MAX_LENGTH, suggest_places

#: Distances of a wider circle to propose, after which comes MAX_WITHIN.
_WIDER = (25, 50, 100, 250, 500)


def near_page(request: HttpRequest, query_state: QueryState, *, is_part: bool) -> HttpResponse:
    """The search page for a query with a place; for htmx only the results."""
    if query_state.has_blanks and not is_part:
        return redirect(query_state.url)
    results = search_near(query_state.query, user=request.user, today=dates.today())
    if not results.filterset.is_valid():
        if is_part:
            return HttpResponseClientRedirect(query_state.url)
        return bad_params_response(request, query_state, results.filterset)
    context = _near_context(request, query_state, results)
    counts = None
    if results.query.place:
        counts = count_near_facets(results.filterset, results.query.circle, user=request.user)
    if is_part:
        context |= {"is_part": True, "groups": option_groups(query_state, results.filterset, counts)}
        return push_url(render(request, "search/_near_results.html", context), query_state.url)
    form = search_form(query_state, results.filterset, counts)
    return render(request, "search/search.html", context | {"form": form})


class PlaceForm(StrictForm):
    near = forms.CharField(max_length=MAX_LENGTH, required=False)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Options of the places that begin with the text `near`, for the box of the search page. Public."""
    form = PlaceForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest("; ".join(f"{name}: {errors[0]}" for name, errors in form.errors.items()))
    typed = form.cleaned_data[NEAR]
    suggested = suggest_places(typed, user=request.user) if typed else []
    return render(request, "search/_places.html", {"places": suggested})


def _near_context(request: HttpRequest, query_state: QueryState, results: NearResults) -> dict:
    query = results.query
    context = {
        "query_state": query_state,
        "results": results,
        "near": query,
        "unit": _("miles") if query.unit == MI else _("km"),
        "today": dates.today(),
        "chips": chips(query_state, results.filterset),
        "words": query_state.value("words").strip(),
        "start_url": query_state.path,
        "without_place_url": query_state.without(*NEAR_PARAMETERS, *PARAMETERS).url,
    }
    first_page = query_state.without(*PARAMETERS)
    context["choices"] = [(place, first_page.with_params(near=place.label).url) for place in query.resolution.choices]
    if not query.place:
        return context
    context["distances"] = [
        (within, count, first_page.with_params(within=str(within)).url) for within, count in results.counts
    ]
    context["map"] = _map(results)
    if results.next_cursor:
        context["next_url"] = query_state.with_params(cursor=results.next_cursor).url
    if results.previous_cursor is not None:
        context["previous_url"] = query_state.with_params(cursor=results.previous_cursor).url
    if not results.count:
        context |= _no_results(request, first_page, results)
    return context


def _map(results: NearResults) -> SiteMap | None:
    """The map of the sites on the page, and of the place."""
    place = results.query.place
    sites = {site.site.pk: site.site for result in results.rows for site in result.sites}
    points = [(site, facility_point(site.facility)) for site in sites.values()]
    shown = [MapPoint(*point, site.status, str(site.facility), f"#site-{site.pk}") for site, point in points if point]
    title = _("Map of {n} recruiting sites near {place}; the list below names them")
    title = title.format(n=len(shown), place=place.label)
    return draw_site_map(shown, title, center=(place.latitude, place.longitude))


def _no_results(request: HttpRequest, first_page: QueryState, results: NearResults) -> dict:
    """Filters to remove, and a wider circle that holds the nearest result where one of at most MAX_WITHIN does."""
    filterset = results.filterset
    suggestions = [
        (filter_text(filterset, suggestion.name, first_page.values(suggestion.name)), suggestion)
        for suggestion in suggest_without(first_page, results, user=request.user)
    ]
    distances = [site.distance for result in results.outside for site in result.sites]
    wider = next((within for within in (*_WIDER, MAX_WITHIN) if distances and within >= min(distances)), None)
    return {
        "suggestions": suggestions,
        "wider": wider,
        "wider_url": first_page.with_params(within=str(wider)).url if wider else "",
    }
