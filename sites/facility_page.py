"""The page of a facility: its sites, one or more for each trial, open ones first."""

from datetime import date

from django.core.paginator import Page
from django.db.models import Count

from common.pagination import page_links
from common.query_params import QueryState, StrictFilterSet
from sites.board.filters import OneStatusFilter, status_rank
from sites.choices import StatusPublication
from sites.models import Facility, TrialSite
from sites.public_status import status_publication
from sites.status_counts import status_count_links

PARAMETERS = ("page",)
SITES_ON_A_PAGE = 100


class FacilityPageFilterSet(StrictFilterSet):
    """Filters on the sites of one facility."""

    status = OneStatusFilter()


def facility_sites_filterset(facility: Facility, query_state: QueryState, *, user) -> FacilityPageFilterSet:
    """The facility's sites visible to the user, with their trials, filtered by the query parameters."""
    sites = TrialSite.objects.visible_to(user).filter(facility=facility).select_related("trial")
    sites = sites.with_shown_status().with_confirmed_as()
    newest = ("-trial__last_update_posted_on", "-trial", "duplicate_index")
    return FacilityPageFilterSet(query_state.query, sites.order_by(status_rank(), *newest), without=PARAMETERS)


def facility_context(
    facility: Facility, filterset: FacilityPageFilterSet, page: Page, query_state: QueryState, *, today: date
) -> dict:
    counts = dict(filterset.queryset.order_by().values_list("shown_status").annotate(Count("pk")))
    return page_links(query_state, page) | {
        "facility": facility,
        "today": today,
        "rows": [(site, _publication(site), site.trial.status_on(today)) for site in page],
        "status_counts": status_count_links(counts, query_state),
        "total": sum(counts.values()),
    }


def _publication(site: TrialSite) -> StatusPublication:
    return status_publication(site.trial.overall_status, site.trial.last_known_status, site.status)
