"""The pages of enrollment: a trial at a glance, one month of its sites, one site with its months."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import dates
from common.pagination import numbered_page
from common.partial_dates import PartialDate
from common.query_params import Asked, refused
from sites.board.filters import BoardFilterSet
from sites.enrollment import context as pages
from sites.enrollment.export import grid_csv
from sites.enrollment.parsing import a_month, month_of
from sites.enrollment.submit import PostedGrid
from sites.permissions import SITES_ON_A_PAGE, Room, by_name, room_of
from sites.rules.enrollment import CUMULATIVE
from sites.services import lock_month, unlock_month

PARAMETERS = ("month", "until", "count", "page", "format")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment(request: HttpRequest, key: str) -> HttpResponse:
    """A trial's months and sites; with `month`, that month of every site, to be typed in."""
    room, asked = room_of(request.user, key), Asked.of(request)
    month = a_month(asked.value("month"))
    if request.method == "POST":
        return _month_posted(request, room, month, asked)
    today = dates.today()
    found = _found(room, asked, today)
    page = numbered_page(found, asked, size=SITES_ON_A_PAGE, order=by_name)
    if page is None:
        return refused(request, asked, found)
    if asked.value("format"):
        return grid_csv(room.trial, found.qs)
    if month:
        context = pages.month_context(room, asked, page, month, today=today)
        return render(request, "sites/enrollment/month.html", {"room": room, "trial": room.trial} | context)
    count = asked.value("count") or "enrolled"
    context = pages.overview_context(room, asked, found, page, count=count, today=today)
    return render(request, "sites/enrollment/overview.html", {"room": room, "trial": room.trial} | context)


def _found(room: Room, asked: Asked, today) -> BoardFilterSet:
    found = BoardFilterSet(asked.query, room.sites, today=today, without=PARAMETERS)
    for name in ("month", "until"):
        if asked.value(name) and (a_month(asked.value(name)) or "9999") > month_of(today):
            found.refuse(name, "A month is written like 2026-01, and is not ahead.")
    if asked.value("count") not in ("", *CUMULATIVE):
        found.refuse("count", "There is no such count.")
    if asked.value("format") not in ("", "csv"):
        found.refuse("format", "Enrollment can be a page or csv.")
    return found


def _month_posted(request: HttpRequest, room: Room, month: PartialDate | None, asked: Asked) -> HttpResponse:
    if month is None:
        raise BadRequest("Say which month.")
    sent = PostedGrid(list(by_name(room.editable)), request.POST, month)
    onward = asked.saying(page=request.POST["onward"]) if request.POST.get("onward") else asked
    frame = {"room": room, "trial": room.trial} | pages.month_frame(room, month, today=dates.today())
    return _posted(request, sent, onward.url, "sites/enrollment/month.html", frame)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_enrollment(request: HttpRequest, key: str, site: int) -> HttpResponse:
    """One site, its months down."""
    room, asked = room_of(request.user, key), Asked.of(request)
    place, until = room.site(site), asked.value("until")
    today = dates.today()
    context = {"room": room, "trial": room.trial, "site": place, "month": None}
    if request.method == "POST":
        sent = PostedGrid(list(room.editable.filter(pk=site)), request.POST)
        return _posted(request, sent, asked.url, "sites/enrollment/site.html", context)
    if set(asked.names) - {"until"} or (until and a_month(until) is None):
        raise BadRequest("This page can be asked for its months until one, such as 2026-01.")
    context |= pages.site_context(room, place, until=until, today=today)
    return render(request, "sites/enrollment/site.html", context)


def _posted(request: HttpRequest, sent: PostedGrid, then: str, template: str, context: dict) -> HttpResponse:
    """Paste, or save: saved leads on, anything else shows all that was typed."""
    sent.read()
    context |= {"may_type": True}
    if request.POST.get("act") == "paste":
        reached = sent.paste()
        context |= {"pasted": reached, "leftovers": sent.leftovers, "table": request.POST.get("table", "")}
        context |= {"other_months": sent.other_months}
        return render(request, template, context | {"lines": sent.lines(), "is_review": True})
    outcome = sent.save(author=request.user.actor, on=dates.today())
    if outcome.is_saved:
        _say(request, outcome.saved)
        return redirect(then)
    lines = sent.lines(outcome.refused)
    context |= {"lines": lines, "stale": outcome.stale, "asks": any(line.asked for line in lines)}
    context |= {"problems": [line for line in lines if outcome.refused.get(line.key)], "whole": outcome.refused.get("")}
    return render(request, template, context | {"is_review": True}, status=409 if outcome.stale else 200)


def _say(request: HttpRequest, saved: int) -> None:
    if saved:
        messages.success(request, f"Saved: {saved} line{'' if saved == 1 else 's'}.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")


@login_required
@require_POST
def lock(request: HttpRequest, key: str) -> HttpResponse:
    """Lock a month, or unlock it with a reason: for the trial's coordinator."""
    room, month = room_of(request.user, key), a_month(request.POST.get("month", ""))
    if not room.decides:
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
