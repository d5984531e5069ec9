"""The page of a reminder mail's link. A GET request changes nothing; the session of the browser is not used."""

from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.adapter import rate_limited_response
from common import dates
from common.form_fields import parse_whole_number
from common.query_params import QueryState
from sites.choices import SiteStatus
from sites.models import TrialSite
from work.mail_confirmation.services import MailLink, confirm_shown, read_token, sites_of_link
from work.my_work.confirmations import ConfirmationResult

RATE_LIMIT = "confirm_by_mail"  # in ACCOUNT_RATE_LIMITS
#: The address is a secret: browsers send only the origin to other pages. With `no-referrer`, forms would be sent with
#: "Origin: null", which the protection against forged requests refuses.
_HEADERS = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def _with_private_headers(view):
    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response

    return wrapper


@never_cache
@_with_private_headers
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The sites of a mail with their public statuses; POST confirms one (`only`) or all that were shown (`all`).

    One page for every link that cannot be used, whatever the reason.
    """
    if not settings.CONFIRM_BY_MAIL:
        raise Http404
    if QueryState.from_request(request).names:
        raise BadRequest("This address has no parameters.")
    link = read_token(token)
    if request.method == "POST" and not ratelimit.consume(request, action=RATE_LIMIT):
        return rate_limited_response(request)
    sites = sites_of_link(link) if link else None
    if link is None or sites is None or not (sites.listed or sites.has_private):
        return render(request, "work/mail_confirmation/unusable.html", status=404)
    if request.method == "POST":
        _confirm(request, link)
        return redirect("confirm_by_mail", token)
    context = {"link": link, "sites": sites, "today": dates.today()}
    return render(request, "work/mail_confirmation/page.html", context)


def _confirm(request: HttpRequest, link: MailLink) -> None:
    shown = dict(_parse_shown(text) for text in request.POST.getlist("shown"))
    only = request.POST.get("only", "")
    if only:
        shown = {site_id: status for site_id, status in shown.items() if str(site_id) == only}
    if not shown or bool(only) == ("all" in request.POST):
        raise BadRequest("A site is confirmed in the status that was shown.")
    request_id = getattr(request, "request_id", "")
    try:
        result = confirm_shown(link, shown, on=dates.today(), request_id=request_id)
    except LookupError:
        messages.warning(request, _("Not confirmed: some of these sites can no longer be confirmed with this link."))
        return
    _add_messages(request, result)


def _parse_shown(text: str) -> tuple[int, str]:
    """Parse `site:status`."""
    site, _, status = text.partition(":")
    site_id = parse_whole_number(site)
    if site_id is None or status not in SiteStatus.values:
        raise BadRequest("Not a site with a status.")
    return site_id, status


def _add_messages(request: HttpRequest, result: ConfirmationResult) -> None:
    confirmed, changed, unclear = result.confirmed, result.changed, list(result.needs_review)
    if len(confirmed) == 1:
        messages.success(request, _("Confirmed: {site}.").format(site=_name(confirmed[0])))
    elif confirmed:
        messages.success(request, _("{n} sites confirmed.").format(n=len(confirmed)))
    if changed:
        messages.warning(
            request,
            _("Not confirmed: {sites}. The status changed after this page was opened. Check the status below.").format(
                sites=_names(changed)
            ),
        )
    if unclear:
        text = _("Not confirmed together with the others: {sites}. Confirm one at a time.")
        messages.warning(request, text.format(sites=_names(unclear)))


def _name(site: TrialSite) -> str:
    return f"{site.facility.title}, {site.trial.acronym or site.trial.number}"


def _names(sites) -> str:
    return "; ".join(map(_name, sites))
