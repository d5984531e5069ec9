"""The page of a facility, the explanation of statuses, and the public statistics."""

from datetime import date

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.paginator import Page
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response, get_page, page_links
from sites.board.queries import public_row_data, public_timeline
from sites.choices import StatusPublication
from sites.facilities.other_names import other_names
from sites.filters import OneStatusFilter, status_count_links, status_rank
from sites.maps.land import packed_land
from sites.models import Facility, TrialSite
from sites.public_status import status_publication
from sites.statistics import (
    DELAYS_IN_A_FIGURE,
    LITERATURE_DELAY,
    freshness,
    freshness_chart,
    public_recruiting_sites,
    publication_delays,
    shares,
)  # fmt: skip
from trials.page.contact_cards import contact_cards

FACILITY_PARAMETERS = ("page",)
MAP_SECONDS = 7 * 24 * 3600  # for which browsers keep the shapes of countries
SITES_OF_A_FACILITY_ON_A_PAGE = 100


class FacilityPageFilterSet(StrictFilterSet):
    """Filters on the sites of one facility."""

    status = OneStatusFilter()


@require_safe
def facility(request: HttpRequest, slug: str) -> HttpResponse:
    """A facility with its trials visible to the user; old addresses of a renamed facility redirect."""
    query_state = QueryState.from_request(request)
    current = Facility.objects.visible_to(request.user).by_slug(slug).first()
    if current is None:
        raise Http404
    if current.slug != slug:
        return redirect(current, permanent=True)
    filterset = _facility_filterset(current, query_state, user=request.user)
    page = get_page(filterset, query_state, size=SITES_OF_A_FACILITY_ON_A_PAGE)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    context = _facility_context(current, filterset, page, query_state, user=request.user, today=dates.today())
    return render(request, "sites/facility.html", context)


def _facility_filterset(facility: Facility, query_state: QueryState, *, user) -> FacilityPageFilterSet:
    """The facility's sites visible to the user, with their trials, filtered by the query parameters."""
    sites = TrialSite.objects.visible_to(user).at(Facility.objects.filter(pk=facility.pk)).select_related("trial")
    sites = sites.with_shown_status().with_confirmed_as().prefetch_related(*public_row_data(dates.today()))
    newest = ("-trial__last_update_posted_on", "-trial", "facility", "duplicate_index")
    return FacilityPageFilterSet(query_state.query, sites.order_by(status_rank(), *newest), without=FACILITY_PARAMETERS)


def _facility_context(
    facility: Facility, filterset: FacilityPageFilterSet, page: Page, query_state: QueryState, *, user, today: date
) -> dict:
    counts = dict(filterset.queryset.order_by().values_list("shown_status").annotate(Count("pk")))
    return page_links(query_state, page) | {
        "facility": facility,
        "other_names": other_names(facility, user),
        "may_edit": user.is_authenticated and Facility.objects.editable_by(user).filter(pk=facility.pk).exists(),
        "today": today,
        "rows": [
            (site, _publication(site), site.trial.status_on(today), public_timeline(site, today)) for site in page
        ],
        "contacts": [(site, people) for site in page if (people := contact_cards(site.shown_roles))],
        "status_counts": status_count_links(counts, query_state),
        "total": sum(counts.values()),
    }


def _publication(site: TrialSite) -> StatusPublication:
    return status_publication(site.trial.overall_status, site.trial.last_known_status, site.status)


@require_safe
@cache_control(public=True, max_age=MAP_SECONDS)
def land(request: HttpRequest) -> HttpResponse:
    """The shapes of countries as GeoJSON, always compressed, as every browser accepts."""
    response = HttpResponse(packed_land(), content_type="application/geo+json")
    response["Content-Encoding"] = "gzip"
    return response


@require_safe
def statuses(request: HttpRequest) -> HttpResponse:
    """Explanations of the statuses and of the age of a confirmation. Public."""
    ages = [
        0,
        settings.CONFIRMATION_DUE_DAYS + 1,
        settings.CONFIRMATION_AMBER_DAYS,
        settings.CONFIRMATION_RED_DAYS,
        None,
    ]
    return render(request, "sites/statuses.html", {"ages": ages})


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Our own figures of freshness and delay, over public data only. Public; two queries."""
    if request.GET:
        raise BadRequest(f"Unknown parameter: {sorted(request.GET)[0]}.")
    figures = freshness(public_recruiting_sites(), today=dates.today())
    context = {
        "freshness": figures,
        "shares": shares(figures),
        "chart": freshness_chart(figures),
        "delays": publication_delays(),
        "fewest_delays": DELAYS_IN_A_FIGURE,
        "literature_delay": LITERATURE_DELAY,
    }
    return render(request, "sites/statistics.html", context)
