"""Status badges with their texts for pages of others, and the list of a facility's recruiting trials for their frames.

Both show the same to everybody, whoever is signed in.
"""

from datetime import date, datetime, time, timedelta
from hashlib import blake2b

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from common import dates
from common.enum_labels import choice_label
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from sites.badges.svg import Badge, render_badge
from sites.choices import OPEN, Listing, StatusPublication
from sites.confirmation_age import format_days_ago, status_needs_confirmation
from sites.models import Facility, TrialSite
from sites.public_status import status_publication
from sites.status_summary import count_sites
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED

BEING_UPDATED = gettext_noop("Status being updated")


def site_badge(site: TrialSite, *, today: date) -> Badge:
    """The badge of a site, which has its trial and facility loaded."""
    trial = site.trial
    name = f"{site.facility.title}, {trial.acronym or trial.number}"
    if status_publication(trial.overall_status, trial.last_known_status, site.status) is StatusPublication.HELD_BACK:
        return Badge("", _(BEING_UPDATED), "", f"{name}: {_(BEING_UPDATED)}")
    return _badge(site.status, _site_message(site, today), name)


def _site_message(site: TrialSite, today: date) -> str:
    if not status_needs_confirmation(site.status):
        return ""
    if site.last_confirmed_on is not None:
        return _("confirmed {ago}").format(ago=format_days_ago((today - site.last_confirmed_on).days))
    return _("never confirmed") if site.listing == Listing.OURS else _("as imported from ClinicalTrials.gov")


def trial_badge(trial: Trial, *, today: date) -> Badge:
    """The badge of a trial: its status, how many sites recruit, and the last confirmation of an open one. One query."""
    pairs = list(trial.trial_sites.order_by().values_list("status", "last_confirmed_on"))
    counts = count_sites(trial.overall_status, trial.last_known_status, pairs)
    parts = []
    if counts.recruiting:
        text = ngettext("{n} of {total} site", "{n} of {total} sites", counts.total)
        parts.append(text.format(n=f"{counts.recruiting:,}", total=f"{counts.total:,}"))
    if counts.open_confirmed_on:
        ago = format_days_ago((today - counts.open_confirmed_on[-1]).days)
        parts.append(_("last confirmed {ago}").format(ago=ago))
    return _badge(trial.status_on(today), " · ".join(parts), trial.acronym or trial.number)


def _badge(status: str, message: str, name: str) -> Badge:
    label = choice_label(status, "OverallStatus") or _(NOT_PUBLISHED)
    return Badge(status, label, message, f"{name}: {', '.join(filter(None, (label, message)))}")


MAX_AGE_SECONDS = 15 * 60
TRIALS_IN_A_FRAME = 100


@require_safe
def site_status_badge(request: HttpRequest, pk: int) -> HttpResponse:
    """The badge of a site of a public trial."""
    site = TrialSite.objects.visible_to(None).select_related("trial", "facility").filter(pk=pk).first()
    return _badge_response(request, site and site_badge(site, today=dates.today()))


@require_safe
def trial_status_badge(request: HttpRequest, key: str) -> HttpResponse:
    """The badge of a public trial."""
    trial = Trial.objects.visible_to(None).first_by_key(key)
    return _badge_response(request, trial and trial_badge(trial, today=dates.today()))


def _badge_response(request: HttpRequest, badge: Badge | None) -> HttpResponse:
    if badge is None:
        raise Http404
    if QueryState.from_request(request).names:
        return bad_params_response(request, QueryState.from_request(request), _no_filters(request))
    image = render_badge(badge)
    response = HttpResponse(image, content_type="image/svg+xml; charset=utf-8")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _cached(request, response)


def _no_filters(request: HttpRequest) -> StrictFilterSet:
    filterset = StrictFilterSet(request.GET, queryset=TrialSite.objects.none())
    filterset.is_valid()
    return filterset


def _cached(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With an ETag, kept for minutes and never past midnight, when every age becomes another one."""
    etag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={seconds_to_keep(timezone.localtime())}, must-revalidate"
    return get_conditional_response(request, etag=etag, response=response)


def seconds_to_keep(now: datetime) -> int:
    """Seconds until the ages change at local midnight, at most `MAX_AGE_SECONDS`."""
    midnight = datetime.combine(dates.local_date(now) + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    return max(0, min(MAX_AGE_SECONDS, int((midnight - now).total_seconds())))


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@require_safe
def embedded_trials(request: HttpRequest, slug: str) -> HttpResponse:
    """The trials of a facility that recruit there, as a page for a frame on the facility's own page."""
    facility = Facility.objects.visible_to(None).by_slug(slug).first()
    if facility is None:
        raise Http404
    if facility.slug != slug:
        return redirect("facility_embed", facility.slug, permanent=True)
    filters = _no_filters(request)
    if filters.errors:
        return bad_params_response(request, QueryState.from_request(request), filters)
    sites = TrialSite.objects.visible_to(None).at(Facility.objects.filter(pk=facility.pk)).publicly_in(OPEN)
    newest = sites.select_related("trial").with_confirmed_as().order_by("-trial__last_update_posted_on", "-trial")
    shown = list(newest[: TRIALS_IN_A_FRAME + 1])
    context = {
        "facility": facility,
        "sites": shown[:TRIALS_IN_A_FRAME],
        "today": dates.today(),
        "has_more": len(shown) > TRIALS_IN_A_FRAME,
        "facility_url": request.build_absolute_uri(facility.get_absolute_url()),
    }
    return _cached(request, render(request, "sites/embed.html", context))
