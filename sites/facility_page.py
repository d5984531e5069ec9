"""A facility's page: its sites, one for each trial there, open ones first."""

from datetime import date

from django.core.paginator import Page
from django.db.models import Count

from common.pagination import pager
from common.query_params import Asked, StrictFilterSet
from sites.board.filters import OneStatusFilter, rank
from sites.choices import StatusPublication
from sites.models import Facility, TrialSite
from sites.public_status import publication_of
from sites.status_counts import counted

PARAMETERS = ("page",)
SITES_ON_A_PAGE = 100


class FacilityPageFilterSet(StrictFilterSet):
    """Filters on the sites of one facility."""

    status = OneStatusFilter()


def asked_of(facility: Facility, asked: Asked, *, user) -> FacilityPageFilterSet:
    """The sites there that the user may read and that fit what is asked, with their trials."""
    sites = TrialSite.objects.visible_to(user).filter(facility=facility).select_related("trial")
    sites = sites.with_shown_status().with_confirmed_as()
    newest = ("-trial__last_update_posted_on", "-trial", "twin")
    return FacilityPageFilterSet(asked.query, sites.order_by(rank(), *newest), without=PARAMETERS)


def context_of(facility: Facility, filterset: FacilityPageFilterSet, page: Page, asked: Asked, *, today: date) -> dict:
    counts = dict(filterset.queryset.order_by().values_list("shown_status").annotate(Count("pk")))
    return pager(asked, page) | {
        "facility": facility,
        "today": today,
        "rows": [(site, _publication(site), site.trial.status_on(today)) for site in page],
        "tally": counted(counts, asked),
        "total": sum(counts.values()),
    }


def _publication(site: TrialSite) -> StatusPublication:
    return publication_of(site.trial.overall_status, site.trial.last_known_status, site.status)
