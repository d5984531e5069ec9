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
from common.numbers import whole_number
from common.query_params import Asked, refused
from sites.confirmation_age import is_overdue
from sites.coordinators import Coordinators, coordinators_of
from sites.models import TrialSite
from work.my_work.confirmations import confirm_seen, take_back
from work.my_work.forms import Listed, WorkForm
from work.my_work.service import MyWork
from work.my_work.service import my_work as work_of

OTHERS = "others"
#: How many doubtful sites a message names.
TOLD_AT_ONCE = 5


@login_required
@never_cache
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What needs the user, in the order of consequence."""
    return _list_page(request, "work/work.html", MyWork.rows_in)


@login_required
@never_cache
@require_safe
def other_sites(request: HttpRequest) -> HttpResponse:
    """The user's sites that need nothing now."""
    return _list_page(request, "work/sites.html", MyWork.others_in, ("list", OTHERS))


@login_required
@never_cache
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The sites of a page of the list that one button would confirm, and in which role; the others with the reasons."""
    return _list_page(request, "work/confirming/review.html", MyWork.rows_in, further=_capacities)


def _list_page(
    request: HttpRequest,
    template: str,
    chosen: Callable,
    *place: tuple[str, str],
    further: Callable[..., dict] = lambda *_: {},
) -> HttpResponse:
    """A page of what is `chosen` from the user's work in a trial (blank: in all). `place` goes with what is sent."""
    asked, now = Asked.of(request), timezone.localtime()
    if asked.has_blanks:
        return redirect(asked.url)
    work = work_of(request.user, now=now)
    form = WorkForm(asked, work.trials)
    if not form.is_valid():
        return refused(request, asked, form)
    listed = Listed.of(chosen(work, form.trial_key), asked, form, place, reasons=work.reasons)
    told = {
        "others": work.others_in(form.trial_key),
        "today": work.today,
        "daytime": _daytime(now.hour),
        "review_url": asked.at(reverse("work_confirm_review")).url,
        "list_url": asked.at(reverse("work")).url,
        "responsible": _responsible(request.user, listed, work.today),
        **further(request, listed, work.today),
    }
    return render(request, template, {"work": work, "listed": listed, "form": form} | told | dict(listed.pager))


def _responsible(user, listed: Listed, today: date) -> dict[int, Coordinators]:
    """The other people who are responsible for the overdue sites of the page, by the site's id, for who may know it."""
    rows = [row if isinstance(row, TrialSite) else row.item.site for row in listed.page]
    sites = [site for site in rows if site and is_overdue(site, on=today)]
    if not sites or not (user.coordinates_trials or user.is_manager):
        return {}
    known = {
        *TrialSite.objects.remindable_by(user).filter(pk__in=[site.pk for site in sites]).values_list("pk", flat=True)
    }
    coordinators = coordinators_of([site for site in sites if site.pk in known], on=today)
    return {pk: found for pk, found in coordinators.items() if {*found.responsible} - {user}}


def _capacities(request: HttpRequest, listed: Listed, today: date) -> dict:
    """Each site that is confirmed together with the others, and the role in which the user confirms it."""
    coordinators = coordinators_of(listed.confirmable, on=today)
    return {"rows": [(site, coordinators[site.pk].capacity_of(request.user)) for site in listed.confirmable]}


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Still true: one row (`only`), or the ticked ones."""
    seen = dict(_pair(text) for text in request.POST.getlist("seen"))
    only = request.POST.get("only", "")
    chosen = [_number(text) for text in (only.split(",") if only else request.POST.getlist("site"))]
    if not set(chosen) <= set(seen):
        raise BadRequest("A site is confirmed at the version that was seen.")
    if not chosen:
        messages.info(request, "Nothing was selected, so nothing was confirmed.")
        return _back(request)
    try:
        outcome = confirm_seen(request.user, {pk: seen[pk] for pk in chosen}, on=dates.today())
    except LookupError:
        raise Http404 from None
    if outcome.changed:
        names = "; ".join(str(site) for site in outcome.changed)
        messages.warning(request, f"Changed since you looked, so not confirmed: {names}. Look again below.")
    if outcome.doubtful:
        messages.warning(request, _not_together(outcome.doubtful))
    return _back(request)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back confirmations of the last minute."""
    ids = [_number(text) for text in request.POST.getlist("confirmation")]
    try:
        number = take_back(request.user, ids, now=timezone.now())
    except LookupError:
        raise Http404 from None
    if number:
        messages.info(request, f"Taken back: {number} confirmation{'' if number == 1 else 's'}.")
    else:
        messages.warning(request, "Nothing was taken back: a confirmation can be undone for one minute.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list, trial and page on which the act was done."""
    list_name = "work_sites" if request.POST.get("list") == OTHERS else "work"
    place = {name: request.POST[name] for name in ("trial", "page") if request.POST.get(name)}
    return redirect(f"{reverse(list_name)}?{urlencode(place)}" if place else list_name)


def _not_together(doubtful: Mapping[TrialSite, Sequence[str]]) -> str:
    """The sites that were left out, each with its reasons; of many the first."""
    told = [f"{site}: {' '.join(reasons)}" for site, reasons in islice(doubtful.items(), TOLD_AT_ONCE)]
    more = len(doubtful) - len(told)
    rest = f" And {more} more." if more else ""
    return f"Not confirmed, because each needs a look of its own. {' · '.join(told)}{rest} Confirm them one by one."


def _daytime(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _pair(text: str) -> tuple[int, int]:
    """`site:version`."""
    site, _, version = text.partition(":")
    return _number(site), _number(version)


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number
