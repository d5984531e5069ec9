"""My work, and the two acts that need no page of their own: still true, and taking that back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from work.confirming import confirm_seen
from work.listing import my_work as work_of
from work.undoing import take_back


@login_required
@never_cache
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What needs the user, in the order of consequence."""
    now = timezone.localtime()
    work = work_of(request.user, now=now)
    return render(request, "work/work.html", {"work": work, "today": work.today, "daytime": _daytime(now.hour)})


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
        return redirect("work")
    try:
        outcome = confirm_seen(request.user, {pk: seen[pk] for pk in chosen}, on=timezone.localdate())
    except LookupError:
        raise Http404 from None
    if outcome.changed:
        names = "; ".join(str(site) for site in outcome.changed)
        messages.warning(request, f"Changed since you looked, so not confirmed: {names}. Look again below.")
    return redirect("work")


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
    return redirect("work")


def _daytime(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _pair(text: str) -> tuple[int, int]:
    """`site:version`."""
    site, _, version = text.partition(":")
    return _number(site), _number(version)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadRequest("Not a number.")
    return int(text)
