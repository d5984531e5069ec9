"""What partners read: trials, sites, facilities.

An answer is at most three queries: the key, what waits, the page. Words, and names of conditions and interventions, are
one more each: their other names.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound

from api.answers import answer
from api.asking import asked, refuse_parameters
from api.reading import PartnerView
from api.v1 import described
from api.v1.pages import numbered_page, only_one, trial_page
from common import dates
from publishing.freshness import catch_up
from publishing.models import TrialDocument, TrialRow
from publishing.sites import public_facilities, public_sites
from sites.filters import FacilityFilterSet, SiteFilterSet
from sites.models import Facility, TrialSite
from trials.filters import TrialFilterSet


class TrialList(PartnerView):
    """Trials with their sites, newest first by the registry's last update."""

    @extend_schema(**described.TRIALS)
    def get(self, request):
        is_behind = catch_up()
        rows = TrialRow.objects.visible_to(request.user)
        return trial_page(request, asked(request, TrialFilterSet, rows, "n"), is_behind=is_behind)


class TrialDetail(PartnerView):
    """One trial with its sites, by its NCT number (an obsolete one too) or its key here."""

    @extend_schema(**described.TRIAL)
    def get(self, request, key):
        refuse_parameters(request)
        is_behind = catch_up()
        found = TrialDocument.objects.visible_to(request.user).by_key(key).first()
        if found is None:
            raise NotFound
        body = found.document.encode()
        return answer(request, body, etag=found.digest, changed_at=found.changed_at, is_behind=is_behind)


class SiteList(PartnerView):
    """Sites with their facility and the contacts that may be shown, in the order in which they came here."""

    @extend_schema(**described.SITES)
    def get(self, request):
        sites = asked(request, SiteFilterSet, TrialSite.objects.visible_to(request.user), "d")
        return numbered_page(request, sites, lambda page: public_sites(page, on=dates.today()))


class SiteDetail(PartnerView):
    """One site."""

    @extend_schema(**described.SITE)
    def get(self, request, pk):
        refuse_parameters(request)
        sites = TrialSite.objects.visible_to(request.user).filter(pk=pk)
        return only_one(request, public_sites(sites, on=dates.today()))


class FacilityList(PartnerView):
    """Hospitals and clinics, each with how many sites it has."""

    @extend_schema(**described.FACILITIES)
    def get(self, request):
        facilities = asked(request, FacilityFilterSet, Facility.objects.visible_to(request.user), "d")
        return numbered_page(request, facilities, lambda page: public_facilities(page, request.user))


class FacilityDetail(PartnerView):
    """One facility, by its slug; only the number at its end counts."""

    @extend_schema(**described.FACILITY)
    def get(self, request, slug):
        refuse_parameters(request)
        facilities = Facility.objects.visible_to(request.user).by_slug(slug)
        return only_one(request, public_facilities(facilities, request.user))
