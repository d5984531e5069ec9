"""The pages of enrollment: a trial at a glance, one month of its sites, one site with its months."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import dates
from common.pagination import get_page
from common.partial_dates import PartialDate
from common.query_params import QueryState, bad_params_response
from sites.board.filters import BoardFilterSet
from sites.enrollment import context as pages
from sites.enrollment.export import grid_csv
from sites.enrollment.parsing import month_of, parse_iso_month
from sites.enrollment.submit import GridSubmission
from sites.permissions import SITES_ON_A_PAGE, TrialSection, get_trial_section, order_by_name
from sites.rules.enrollment import CUMULATIVE
from sites.services import lock_month, unlock_month

PARAMETERS = ("month", "until", "count", "page", "format")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment(request: HttpRequest, key: str) -> HttpResponse:
    """A trial's months and sites; with `month`, that month of every site, to be typed in."""
    room, asked = get_trial_section(request.user, key), QueryState.from_request(request)
    month = parse_iso_month(asked.value("month"))
    if request.method == "POST":
        return _handle_month_post(request, room, month, asked)
    today = dates.today()
    found = _filterset(room, asked, today)
    page = get_page(found, asked, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, asked, found)
    if asked.value("format"):
        return grid_csv(room.trial, found.qs)
    if month:
        context = pages.month_context(room, asked, page, month, today=today)
        return render(request, "sites/enrollment/month.html", {"room": room, "trial": room.trial} | context)
    count = asked.value("count") or "enrolled"
    context = pages.overview_context(room, asked, found, page, count=count, today=today)
    return render(request, "sites/enrollment/overview.html", {"room": room, "trial": room.trial} | context)


def _filterset(section: TrialSection, query_state: QueryState, today) -> BoardFilterSet:
    found = BoardFilterSet(query_state.query, section.sites, today=today, without=PARAMETERS)
    for name in ("month", "until"):
        if query_state.value(name) and (parse_iso_month(query_state.value(name)) or "9999") > month_of(today):
            found.add_param_error(name, "A month is written like 2026-01, and is not ahead.")
    if query_state.value("count") not in ("", *CUMULATIVE):
        found.add_param_error("count", "There is no such count.")
    if query_state.value("format") not in ("", "csv"):
        found.add_param_error("format", "Enrollment can be a page or csv.")
    return found


def _handle_month_post(
    request: HttpRequest, section: TrialSection, month: PartialDate | None, query_state: QueryState
) -> HttpResponse:
    if month is None:
        raise BadRequest("Say which month.")
    sent = GridSubmission(list(order_by_name(section.editable)), request.POST, month)
    onward = query_state.with_params(page=request.POST["onward"]) if request.POST.get("onward") else query_state
    frame = {"room": section, "trial": section.trial} | pages.month_header_context(section, month, today=dates.today())
    return _handle_submission(request, sent, onward.url, "sites/enrollment/month.html", frame)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_enrollment(request: HttpRequest, key: str, site: int) -> HttpResponse:
    """One site, its months down."""
    room, asked = get_trial_section(request.user, key), QueryState.from_request(request)
    place, until = room.site(site), asked.value("until")
    today = dates.today()
    context = {"room": room, "trial": room.trial, "site": place, "month": None}
    if request.method == "POST":
        sent = GridSubmission(list(room.editable.filter(pk=site)), request.POST)
        return _handle_submission(request, sent, asked.url, "sites/enrollment/site.html", context)
    if set(asked.names) - {"until"} or (until and parse_iso_month(until) is None):
        raise BadRequest("This page can be asked for its months until one, such as 2026-01.")
    context |= pages.site_context(room, place, until=until, today=today)
    return render(request, "sites/enrollment/site.html", context)


def _handle_submission(
    request: HttpRequest, submission: GridSubmission, next_url: str, template: str, context: dict
) -> HttpResponse:
    """Paste, or save: saved leads on, anything else shows all that was typed."""
    submission.read()
    context |= {"may_type": True}
    if request.POST.get("act") == "paste":
        reached = submission.paste()
        context |= {"pasted": reached, "leftovers": submission.rejected_lines, "table": request.POST.get("table", "")}
        context |= {"other_months": submission.other_months}
        return render(request, template, context | {"lines": submission.lines(), "is_review": True})
    outcome = submission.save(author=request.user.actor, on=dates.today())
    if outcome.is_saved:
        _add_saved_message(request, outcome.saved)
        return redirect(next_url)
    lines = submission.lines(outcome.errors)
    context |= {"lines": lines, "stale": outcome.stale, "asks": any(line.warned_values for line in lines)}
    context |= {"problems": [line for line in lines if outcome.errors.get(line.key)], "whole": outcome.errors.get("")}
    return render(request, template, context | {"is_review": True}, status=409 if outcome.stale else 200)


def _add_saved_message(request: HttpRequest, saved: int) -> None:
    if saved:
        messages.success(request, f"Saved: {saved} line{'' if saved == 1 else 's'}.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")


@login_required
@require_POST
def lock(request: HttpRequest, key: str) -> HttpResponse:
    """Lock a month, or unlock it with a reason: for the trial's coordinator."""
    room, month = get_trial_section(request.user, key), parse_iso_month(request.POST.get("month", ""))
    if not room.may_edit_trial:
        raise Http404
    if month is None:
        raise BadRequest("Say which month.")
    try:
        if request.POST.get("act") == "unlock":
            unlock_month(room.trial, month=month, author=request.user.actor, reason=request.POST.get("reason", ""))
        else:
            lock_month(room.trial, month=month, author=request.user.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{room.trial.get_absolute_url()}enrollment/?month={month}")
