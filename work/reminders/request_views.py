"""Asking that those who are responsible for overdue sites be reminded now."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from common.numbers import parse_whole_number
from common.query_params import QueryState
from sites.models import TrialSite
from work.reminders.requests import RequestOutcome, plan_requests, send_requested

MAX_SITES = 500
UNREACHABLE_TEXT = "The mail server could not be reached, so nobody was reminded. Try again later."


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest) -> HttpResponse:
    """Whom a mail would go to, and why not to others; `send` sends. Sites of other people's trials look missing."""
    asked = QueryState.from_request(request)
    if not {*asked.names} <= {"site", "all"}:
        raise BadRequest("Reminders are asked for by site.")
    sites = _sites(request.user, _selected_sites(request.POST if request.method == "POST" else request.GET))
    back = _board_url(sites)
    if "send" in request.POST:
        try:
            _add_messages(request, send_requested(sites, author=request.user, now=timezone.now()))
        except OSError:
            messages.error(request, UNREACHABLE_TEXT)
        return redirect(back or "work")
    plan = plan_requests(sites, author=request.user, on=dates.today())
    context = {
        "sites": sites,
        "recipients": list(plan.recipients.items()),
        "left_out": plan.skipped,
        "back": back,
        "trial_name": sites[0].trial.acronym or sites[0].trial.number,
        "today": dates.today(),
    }
    return render(request, "work/reminders/request.html", context)


def _selected_sites(sent: QueryDict) -> list[str]:
    """Those ticked on a board, or all on its page."""
    return [text for text in sent.get("all", "").split(",") if text] or sent.getlist("site")


def _sites(user, texts: list[str]) -> list[TrialSite]:
    """The sites by their numbers, a version after a colon left out. 404 for one that the user may not remind."""
    numbers = {parse_whole_number(text.partition(":")[0]) for text in texts}
    if not numbers or None in numbers:
        raise BadRequest("Choose at least one site.")
    if len(numbers) > MAX_SITES:
        raise BadRequest(f"Choose at most {MAX_SITES} sites.")
    found = TrialSite.objects.remindable_by(user).filter(pk__in=numbers).select_related("trial", "facility")
    sites = list(found.order_by("trial", "position", "pk"))
    if len(sites) != len(numbers):
        raise Http404
    return sites


def _board_url(sites: list[TrialSite]) -> str:
    """The board that the sites are on; blank when they are of several trials."""
    trials = {site.trial_id for site in sites}
    return f"{sites[0].trial.get_absolute_url()}sites/" if len(trials) == 1 else ""


def _add_messages(request: HttpRequest, outcome: RequestOutcome) -> None:
    if outcome.sent:
        messages.success(request, f"Reminder sent to {', '.join(map(str, outcome.sent))}.")
    if outcome.failed:
        names = ", ".join(map(str, outcome.failed))
        messages.error(request, f"The mail server did not accept the reminder to {names}.")
    if not outcome.sent and not outcome.failed:
        messages.info(request, "Nobody was reminded: everybody has been reminded today, or nothing is overdue.")
