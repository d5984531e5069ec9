"""My work, the review of several confirmations, and the two acts without a page: confirming and undoing that."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from urllib.parse import urlencode

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
from common.numbers import parse_whole_number
from common.query_params import QueryState, bad_params_response
from sites.confirmation_age import is_overdue
from sites.coordinators import Coordinators, coordinators_of
from sites.models import TrialSite
from work.my_work.confirmations import confirm_sites, undo_recent_confirmations
from work.my_work.forms import WorkForm, WorkPage
from work.my_work.service import MyWork, build_my_work

OTHER_SITES_LIST = "others"
#: How many doubtful sites a message names.
MAX_SITES_IN_MESSAGE = 5


@login_required
@never_cache
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What needs the user, in the order of consequence."""
    return _list_page(request, "work/work.html", MyWork.rows_for_trial)


@login_required
@never_cache
@require_safe
def other_sites(request: HttpRequest) -> HttpResponse:
    """The user's sites that need nothing now."""
    return _list_page(request, "work/other_sites.html", MyWork.sites_without_items, ("list", OTHER_SITES_LIST))


@login_required
@never_cache
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The sites of a page of the list that one button would confirm, and in which role; the others with the reasons."""
    return _list_page(request, "work/my_work/review.html", MyWork.rows_for_trial, extra_context=_confirmation_roles)


def _list_page(
    request: HttpRequest,
    template: str,
    select_items: Callable,
    *return_params: tuple[str, str],
    extra_context: Callable[..., dict] = lambda *_: {},
) -> HttpResponse:
    """A page of what is `chosen` from the user's work in a trial (blank: in all). `place` goes with what is sent."""
    asked, now = QueryState.from_request(request), timezone.localtime()
    if asked.has_blanks:
        return redirect(asked.url)
    work = build_my_work(request.user, now=now)
    form = WorkForm(asked, work.trials)
    if not form.is_valid():
        return bad_params_response(request, asked, form)
    listed = WorkPage.build(select_items(work, form.trial_key), asked, form, return_params, reasons=work.reasons)
    told = {
        "others": work.sites_without_items(form.trial_key),
        "today": work.today,
        "daytime": _daytime(now.hour),
        "review_url": asked.for_path(reverse("work_confirm_review")).url,
        "list_url": asked.for_path(reverse("work")).url,
        "responsible": _responsible_coordinators(request.user, listed, work.today),
        **extra_context(request, listed, work.today),
    }
    return render(request, template, {"work": work, "listed": listed, "form": form} | told | dict(listed.pager))


def _responsible_coordinators(user, work_page: WorkPage, today: date) -> dict[int, Coordinators]:
    """The other people who are responsible for the overdue sites of the page, by the site's id, for who may know it."""
    rows = [row if isinstance(row, TrialSite) else row.item.site for row in work_page.page]
    sites = [site for site in rows if site and is_overdue(site, on=today)]
    if not sites or not (user.coordinates_trials or user.is_manager):
        return {}
    known = {
        *TrialSite.objects.remindable_by(user).filter(pk__in=[site.pk for site in sites]).values_list("pk", flat=True)
    }
    coordinators = coordinators_of([site for site in sites if site.pk in known], on=today)
    return {pk: found for pk, found in coordinators.items() if {*found.responsible} - {user}}


def _confirmation_roles(request: HttpRequest, work_page: WorkPage, today: date) -> dict:
    """Each site that is confirmed together with the others, and the role in which the user confirms it."""
    coordinators = coordinators_of(work_page.confirmable, on=today)
    return {"rows": [(site, coordinators[site.pk].capacity_of(request.user)) for site in work_page.confirmable]}


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Still true: one row (`only`), or the ticked ones."""
    seen = dict(_parse_site_version(text) for text in request.POST.getlist("seen"))
    only = request.POST.get("only", "")
    chosen = [_parse_id(text) for text in (only.split(",") if only else request.POST.getlist("site"))]
    if not set(chosen) <= set(seen):
        raise BadRequest("A site is confirmed at the version that was seen.")
    if not chosen:
        messages.info(request, "Nothing was selected, so nothing was confirmed.")
        return _redirect_back(request)
    try:
        outcome = confirm_sites(request.user, {pk: seen[pk] for pk in chosen}, on=dates.today())
    except LookupError:
        raise Http404 from None
    if outcome.changed:
        names = "; ".join(str(site) for site in outcome.changed)
        messages.warning(request, f"Changed since you looked, so not confirmed: {names}. Look again below.")
    if outcome.needs_review:
        messages.warning(request, _needs_review_message(outcome.needs_review))
    return _redirect_back(request)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back confirmations of the last minute."""
    ids = [_parse_id(text) for text in request.POST.getlist("confirmation")]
    try:
        number = undo_recent_confirmations(request.user, ids, now=timezone.now())
    except LookupError:
        raise Http404 from None
    if number:
        messages.info(request, f"Taken back: {number} confirmation{'' if number == 1 else 's'}.")
    else:
        messages.warning(request, "Nothing was taken back: a confirmation can be undone for one minute.")
    return _redirect_back(request)


def _redirect_back(request: HttpRequest) -> HttpResponse:
    """To the list, trial and page on which the act was done."""
    list_name = "work_sites" if request.POST.get("list") == OTHER_SITES_LIST else "work"
    place = {name: request.POST[name] for name in ("trial", "page") if request.POST.get(name)}
    return redirect(f"{reverse(list_name)}?{urlencode(place)}" if place else list_name)


def _needs_review_message(doubtful: Mapping[TrialSite, Sequence[str]]) -> str:
    """The sites that were left out, each with its reasons; of many the first."""
    told = [f"{site}: {' '.join(reasons)}" for site, reasons in islice(doubtful.items(), MAX_SITES_IN_MESSAGE)]
    more = len(doubtful) - len(told)
    rest = f" And {more} more." if more else ""
    return f"Not confirmed, because each needs a look of its own. {' · '.join(told)}{rest} Confirm them one by one."


def _daytime(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _parse_site_version(text: str) -> tuple[int, int]:
    """`site:version`."""
    site, _, version = text.partition(":")
    return _parse_id(site), _parse_id(version)


def _parse_id(text: str) -> int:
    number = parse_whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number
