"""API views of trials, sites and facilities, and the OpenAPI schema.

A response takes at most three queries: the key, pending rebuilds, the page. Each filter by words, conditions or
interventions takes one more for synonyms.
"""

import orjson
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound, ValidationError

from api.query_params import ApiTrialFilterSet, parse_as_of_params, parse_list_params, reject_parameters
from api.responses import detail_response, id_ordered_page, json_response, trial_page
from api.v1 import openapi
from api.views import PartnerView
from common import dates
from common.as_of import AS_OF, AS_OF_PARAMETERS, MEANING, AsOf
from publishing.models import TrialDocument, TrialRow
from publishing.past_versions.versions import version_at, without_people
from publishing.site_documents import public_facilities, public_sites
from publishing.staleness import publish_pending
from sites.filters import FacilityFilterSet, SiteFilterSet
from sites.models import Facility, TrialSite

NO_PAST_LIST = "A list of trials is of today. Ask for one trial: /api/v1/trials/KEY/?as_of=DAY&as=recorded."
ONLY_RECORDED = "A trial is kept as it was published: add as=recorded. Sites can be asked for as=in_force."


class TrialList(PartnerView):
    """Trials with their sites, newest first by the registry's last update."""

    @extend_schema(**openapi.TRIALS)
    def get(self, request):
        if AS_OF in request.GET:
            raise ValidationError({AS_OF: [NO_PAST_LIST]})
        is_behind = publish_pending()
        rows = TrialRow.objects.visible_to(request.user)
        return trial_page(request, parse_list_params(request, ApiTrialFilterSet, rows, "n"), is_behind=is_behind)


class TrialDetail(PartnerView):
    """One trial with its sites, by its current or obsolete NCT number, or its key; as published on a past day."""

    @extend_schema(**openapi.TRIAL)
    def get(self, request, key):
        reject_parameters(request, known=AS_OF_PARAMETERS)
        as_of = parse_as_of_params(request)
        if as_of and not as_of.is_recorded:
            raise ValidationError({MEANING: [ONLY_RECORDED]})
        is_behind = publish_pending()
        document = TrialDocument.objects.visible_to(request.user).by_key(key).first()
        if document is None:
            raise NotFound
        if as_of:
            return _past_document(request, document.trial_id, as_of)
        body = document.document.encode()
        return json_response(request, body, etag=document.digest, changed_at=document.changed_at, is_behind=is_behind)


def _past_document(request, trial_id: int, as_of: AsOf):
    """The document as published at the end of the day, without its people; 404 when none is on record."""
    version = version_at(trial_id, as_of.ends_at)
    if version is None or not version.is_public:
        raise NotFound
    return json_response(request, orjson.dumps(without_people(version.document)))


class SiteList(PartnerView):
    """Sites with their facility and public contacts, in the order of their ids; as of a past day without contacts."""

    @extend_schema(**openapi.SITES)
    def get(self, request):
        as_of = parse_as_of_params(request)
        visible = TrialSite.objects.visible_to(request.user)
        if as_of:
            visible = visible.with_status_as_of(as_of)
        sites = parse_list_params(request, SiteFilterSet, visible, "d", without=AS_OF_PARAMETERS)
        return id_ordered_page(request, sites, lambda page: public_sites(page, on=dates.today(), is_past=bool(as_of)))


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
        facilities = parse_list_params(
            request, FacilityFilterSet, Facility.objects.visible_to(request.user).surviving(), "d"
        )
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
