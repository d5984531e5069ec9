"""The pages of sites: a trial's board, a facility, and the explanation of statuses."""

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
    """The board of a trial's sites; another spelling of the trial's key redirects to the canonical address."""
    query_state = QueryState.from_request(request)
    trial = Trial.objects.visible_to(request.user).with_key(key)
    if trial is None:
        raise Http404
    canonical = query_state.for_path(f"{trial.get_absolute_url()}sites/")
    if canonical.path != query_state.path:
        return redirect(canonical.url, permanent=True)
    if query_state.has_blanks:
        return redirect(query_state.url)
    trial_board = get_board(trial, query_state, user=request.user, today=dates.today())
    page = get_page(trial_board.filterset, query_state, size=SITES_ON_A_PAGE, order=trial_board.in_order)
    if page is None:
        return bad_params_response(request, query_state, trial_board.filterset)
    if query_state.value("format") == "csv":
        return board_csv(trial_board)
    return render(request, "sites/board.html", board_page.board_context(trial_board, page, query_state))


@require_safe
def facility(request: HttpRequest, slug: str) -> HttpResponse:
    """A facility with its trials visible to the user; old addresses of a renamed facility redirect."""
    query_state = QueryState.from_request(request)
    current = Facility.objects.visible_to(request.user).by_slug(slug).first()
    if current is None:
        raise Http404
    if current.slug != slug:
        return redirect(current, permanent=True)
    filterset = facility_page.facility_sites_filterset(current, query_state, user=request.user)
    page = get_page(filterset, query_state, size=facility_page.SITES_ON_A_PAGE)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    context = facility_page.facility_context(current, filterset, page, query_state, today=dates.today())
    return render(request, "sites/facility.html", context)


@require_safe
def statuses(request: HttpRequest) -> HttpResponse:
    """Explanations of the statuses and of the age of a confirmation. Public."""
    ages = [
        0,
        settings.CONFIRMATION_DUE_DAYS + 1,
        settings.CONFIRMATION_AMBER_DAYS,
        settings.CONFIRMATION_RED_DAYS,
        None,
    ]
    return render(request, "sites/statuses.html", {"ages": ages})
