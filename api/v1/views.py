"""What partners read: trials, sites, facilities.

An answer is at most three queries: the key, what waits, the page. Words, and names of conditions and interventions, are
one more each: their other names.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound

from api.base_views import PartnerView
from api.query_params import parse_list_params, reject_parameters
from api.responses import json_response
from api.v1 import openapi
from api.v1.pagination import detail_response, id_ordered_page, trial_page
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
    """One trial with its sites, by its NCT number (an obsolete one too) or its key here."""

    @extend_schema(**openapi.TRIAL)
    def get(self, request, key):
        reject_parameters(request)
        is_behind = publish_pending()
        found = TrialDocument.objects.visible_to(request.user).by_key(key).first()
        if found is None:
            raise NotFound
        body = found.document.encode()
        return json_response(request, body, etag=found.digest, changed_at=found.changed_at, is_behind=is_behind)


class SiteList(PartnerView):
    """Sites with their facility and the contacts that may be shown, in the order in which they came here."""

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
    """Hospitals and clinics, each with how many sites it has."""

    @extend_schema(**openapi.FACILITIES)
    def get(self, request):
        facilities = parse_list_params(request, FacilityFilterSet, Facility.objects.visible_to(request.user), "d")
        return id_ordered_page(request, facilities, lambda page: public_facilities(page, request.user))


class FacilityDetail(PartnerView):
    """One facility, by its slug; only the number at its end counts."""

    @extend_schema(**openapi.FACILITY)
    def get(self, request, slug):
        reject_parameters(request)
        facilities = Facility.objects.visible_to(request.user).by_slug(slug)
        return detail_response(request, public_facilities(facilities, request.user))
