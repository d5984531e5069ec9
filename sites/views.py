"""The pages of sites: a trial's board, and a facility with all its trials."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.pagination import get_page
from common.query_params import QueryState, bad_params_response
from sites import facility_page
from sites.board import context as board_page
from sites.board.export import board_csv
from sites.board.queries import SITES_ON_A_PAGE, get_board
from sites.models import Facility
from trials.models import Trial


@require_safe
def board(request: HttpRequest, key: str) -> HttpResponse:
    """Every site of a trial, for those who may read the trial. Another spelling of its key leads to the one address."""
    asked = QueryState.from_request(request)
    trial = Trial.objects.visible_to(request.user).with_key(key)
    if trial is None:
        raise Http404
    here = asked.for_path(f"{trial.get_absolute_url()}sites/")
    if here.path != asked.path:
        return redirect(here.url, permanent=True)
    if asked.has_blanks:
        return redirect(asked.url)
    found = get_board(trial, asked, user=request.user, today=dates.today())
    page = get_page(found.filterset, asked, size=SITES_ON_A_PAGE, order=found.in_order)
    if page is None:
        return bad_params_response(request, asked, found.filterset)
    if asked.value("format") == "csv":
        return board_csv(found)
    return render(request, "sites/board.html", board_page.board_context(found, page, asked))


@require_safe
def facility(request: HttpRequest, slug: str) -> HttpResponse:
    """A facility with the trials there that the reader may read. A renamed facility keeps its old addresses."""
    asked = QueryState.from_request(request)
    found = Facility.objects.visible_to(request.user).by_slug(slug).first()
    if found is None:
        raise Http404
    if found.slug != slug:
        return redirect(found, permanent=True)
    filterset = facility_page.facility_sites_filterset(found, asked, user=request.user)
    page = get_page(filterset, asked, size=facility_page.SITES_ON_A_PAGE)
    if page is None:
        return bad_params_response(request, asked, filterset)
    context = facility_page.facility_context(found, filterset, page, asked, today=dates.today())
    return render(request, "sites/facility.html", context)


@require_safe
def statuses(request: HttpRequest) -> HttpResponse:
    """What each status means, and how its age is told. Open to everybody."""
    ages = [
        0,
        settings.CONFIRMATION_DUE_DAYS + 1,
        settings.CONFIRMATION_AMBER_DAYS,
        settings.CONFIRMATION_RED_DAYS,
        None,
    ]
    return render(request, "sites/statuses.html", {"ages": ages})
