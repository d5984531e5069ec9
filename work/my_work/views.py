"""Views of My work: task list, other sites, review of several confirmations, confirm and undo."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import dates
from common.form_fields import parse_whole_number
from common.query_params import QueryState, bad_params_response
from sites.confirmation_age import is_overdue
from sites.coordinators import Coordinators, coordinators_of
from sites.models import TrialSite
from work.my_work.confirmations import confirm_sites, undo_recent_confirmations
from work.my_work.forms import WorkForm, WorkPage
from work.my_work.services import MyWork, build_my_work

OTHER_SITES_LIST = "others"
#: Number of sites that need a review named in one message.
MAX_SITES_IN_MESSAGE = 5


@login_required
@never_cache
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """The tasks of the user, most severe first."""
    return _list_page(request, "work/work.html", MyWork.rows_for_trial)


@login_required
@never_cache
@require_safe
def other_sites(request: HttpRequest) -> HttpResponse:
    """The user's sites without open tasks."""
    return _list_page(request, "work/other_sites.html", MyWork.sites_without_items, ("list", OTHER_SITES_LIST))


@login_required
@never_cache
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The sites of a page that can be confirmed together, with the user's role, and the others with reasons."""
    return _list_page(request, "work/my_work/review.html", MyWork.rows_for_trial, extra_context=_confirmation_roles)


def _list_page(
    request: HttpRequest,
    template: str,
    select_items: Callable,
    *return_params: tuple[str, str],
    extra_context: Callable[..., dict] = lambda *_: {},
) -> HttpResponse:
    """A page of the items that `select_items(work, trial_key)` returns. `return_params` are sent with its forms."""
    query, now = QueryState.from_request(request), timezone.localtime()
    if query.has_blanks:
        return redirect(query.url)
    work = build_my_work(request.user, now=now)
    form = WorkForm(query, work.trials)
    if not form.is_valid():
        return bad_params_response(request, query, form)
    listed = WorkPage.build(select_items(work, form.trial_key), query, form, return_params, reasons=work.reasons)
    context = {
        "work": work,
        "listed": listed,
        "form": form,
        "others": work.sites_without_items(form.trial_key),
        "today": work.today,
        "confirmation_days": settings.CONFIRMATION_DUE_DAYS,
        "review_url": query.for_path(reverse("work_confirm_review")).url,
        "list_url": query.for_path(reverse("work")).url,
        "responsible": _responsible_coordinators(request.user, listed, work.today),
        **extra_context(request, listed, work.today),
    }
    return render(request, template, context | dict(listed.pager))


def _responsible_coordinators(user, work_page: WorkPage, today: date) -> dict[int, Coordinators]:
    """The coordinators of the overdue sites on the page by site id, for users who can send them reminders."""
    rows = [row if isinstance(row, TrialSite) else row.item.site for row in work_page.page]
    sites = [site for site in rows if site and is_overdue(site, on=today)]
    if not sites or not (user.coordinates_trials or user.is_manager):
        return {}
    remindable = {
        *TrialSite.objects.remindable_by(user).filter(pk__in=[site.pk for site in sites]).values_list("pk", flat=True)
    }
    coordinators = coordinators_of([site for site in sites if site.pk in remindable], on=today)
    return {pk: people for pk, people in coordinators.items() if {*people.responsible} - {user}}


def _confirmation_roles(request: HttpRequest, work_page: WorkPage, today: date) -> dict:
    """The sites that can be confirmed together, each with the role in which the user confirms it."""
    coordinators = coordinators_of(work_page.confirmable, on=today)
    return {"rows": [(site, coordinators[site.pk].capacity_of(request.user)) for site in work_page.confirmable]}


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm one row (`only`) or the selected rows."""
    shown = dict(_parse_site_version(text) for text in request.POST.getlist("seen"))
    only = request.POST.get("only", "")
    selected = [_parse_id(text) for text in (only.split(",") if only else request.POST.getlist("site"))]
    if not set(selected) <= set(shown):
        raise BadRequest("A site is confirmed at the version that was shown.")
    if not selected:
        messages.info(request, "No site was selected. Select at least one site to confirm.")
        return _redirect_back(request)
    try:
        outcome = confirm_sites(request.user, {pk: shown[pk] for pk in selected}, on=dates.today())
    except LookupError:
        raise Http404 from None
    if outcome.changed:
        names = "; ".join(str(site) for site in outcome.changed)
        messages.warning(
            request, f"Not confirmed because another user changed these sites: {names}. Review them below."
        )
    if outcome.needs_review:
        messages.warning(request, _needs_review_message(outcome.needs_review))
    return _redirect_back(request)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo confirmations of the last minute."""
    ids = [_parse_id(text) for text in request.POST.getlist("confirmation")]
    try:
        number = undo_recent_confirmations(request.user, ids, now=timezone.now())
    except LookupError:
        raise Http404 from None
    if number:
        messages.info(request, f"{number} confirmation{'' if number == 1 else 's'} undone.")
    else:
        messages.warning(request, "Too late to undo: a confirmation can be undone for one minute.")
    return _redirect_back(request)


def _redirect_back(request: HttpRequest) -> HttpResponse:
    """Redirect to the list, trial and page from which the form was sent."""
    list_name = "work_sites" if request.POST.get("list") == OTHER_SITES_LIST else "work"
    params = {name: request.POST[name] for name in ("trial", "page") if request.POST.get(name)}
    return redirect(f"{reverse(list_name)}?{urlencode(params)}" if params else list_name)


def _needs_review_message(sites: Mapping[TrialSite, Sequence[str]]) -> str:
    """The sites that were not confirmed, each with its reasons; at most `MAX_SITES_IN_MESSAGE`."""
    listed = [f"{site}: {' '.join(reasons)}" for site, reasons in islice(sites.items(), MAX_SITES_IN_MESSAGE)]
    more = len(sites) - len(listed)
    rest = f" And {more} more." if more else ""
    return f"Not confirmed because these sites need a review. {' · '.join(listed)}{rest} Confirm them one by one."


def _parse_site_version(text: str) -> tuple[int, int]:
    """Parse `site:version`."""
    site, _, version = text.partition(":")
    return _parse_id(site), _parse_id(version)


def _parse_id(text: str) -> int:
    number = parse_whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number
