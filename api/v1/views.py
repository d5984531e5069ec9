"""API views of trials, sites and facilities, and the OpenAPI schema.

A response takes at most three queries: the key, pending rebuilds, the page. Each filter by words, conditions or
interventions takes one more for synonyms.
"""

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound

from api.query_params import parse_list_params, reject_parameters
from api.responses import detail_response, id_ordered_page, json_response, trial_page
from api.v1 import openapi
from api.views import PartnerView
from common import dates
from publishing.models import TrialDocument, TrialRow
from publishing.search.filters import TrialFilterSet
from publishing.site_documents import public_facilities, public_sites
from publishing.staleness import publish_pending
from sites.filters import FacilityFilterSet, SiteFilterSet
from sites.models import Facility, TrialSite


class TrialList(PartnerView):
    """Trials with their sites, newest first by the registry's last update."""

    @extend_schema(**openapi.TRIALS)
    def get(self, request):
        is_behind = publish_pending()
        rows = TrialRow.objects.visible_to(request.user)
        return trial_page(request, parse_list_params(request, TrialFilterSet, rows, "n"), is_behind=is_behind)


class TrialDetail(PartnerView):
    """One trial with its sites, by its current or obsolete NCT number, or its key."""

    @extend_schema(**openapi.TRIAL)
    def get(self, request, key):
        reject_parameters(request)
        is_behind = publish_pending()
        document = TrialDocument.objects.visible_to(request.user).by_key(key).first()
        if document is None:
            raise NotFound
        body = document.document.encode()
        return json_response(request, body, etag=document.digest, changed_at=document.changed_at, is_behind=is_behind)


class SiteList(PartnerView):
    """Sites with their facility and public contacts, in the order of their ids."""

    @extend_schema(**openapi.SITES)
    def get(self, request):
        sites = parse_list_params(request, SiteFilterSet, TrialSite.objects.visible_to(request.user), "d")
        return id_ordered_page(request, sites, lambda page: public_sites(page, on=dates.today()))


class SiteDetail(PartnerView):
    """One site."""

    @extend_schema(**openapi.SITE)
    def get(self, request, pk):
        reject_parameters(request)
        sites = TrialSite.objects.visible_to(request.user).filter(pk=pk)
        return detail_response(request, public_sites(sites, on=dates.today()))


class FacilityList(PartnerView):
    """Facilities, each with its number of sites."""

    @extend_schema(**openapi.FACILITIES)
    def get(self, request):
        facilities = parse_list_params(request, FacilityFilterSet, Facility.objects.visible_to(request.user), "d")
        return id_ordered_page(request, facilities, lambda page: public_facilities(page, request.user))


class FacilityDetail(PartnerView):
    """One facility, by the number at the end of its slug."""

    @extend_schema(**openapi.FACILITY)
    def get(self, request, slug):
        reject_parameters(request)
        facilities = Facility.objects.visible_to(request.user).by_slug(slug)
        return detail_response(request, public_facilities(facilities, request.user))


class SchemaView(SpectacularAPIView):
    """`/api/v1/schema/`: JSON, public."""

    renderer_classes = [OpenApiJsonRenderer2]
    authentication_classes = []
    permission_classes = []
