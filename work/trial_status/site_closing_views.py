"""After the overall status: the sites that no longer go with it, changed in one reviewed step."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from sites.status_transitions import Authority
from work.trial_status.site_closing import SiteForm, TogetherForm, change_all, ways_of
from work.trial_status.views import trial_of

#: How many sites are gone through at once.
AT_ONCE = 200


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, key: str) -> HttpResponse:
    """Each ticked site is changed by itself; what is refused stays on the page as it was typed."""
    trial = trial_of(request, key)
    authority = Authority.MANAGER if request.user.is_manager else Authority.TRIAL_COORDINATOR
    ways = ways_of(trial, authority)
    together, today = TogetherForm(request.POST or None), dates.today()
    rows = [SiteForm(request.POST or None, way=way, today=today) for way in ways[:AT_ONCE]]
    if together.is_bound and together.is_valid():
        changed, refused = change_all(rows, author=request.user.actor, authority=authority, together=together)
        _tell(request, changed)
        if not refused:
            return redirect("work_closing", trial.key)
        rows = [row for row in rows if row.errors or not row.is_asked]
    context = {
        "trial": trial,
        "together": together,
        "rows": rows,
        "asks_opening": any("opened_on" in row.fields for row in rows),
        "hidden_count": max(0, len(ways) - AT_ONCE),
        "refused_count": sum(bool(row.errors) for row in rows if row.is_asked),
    }
    return render(request, "work/overall/closing.html", context)


def _tell(request: HttpRequest, changed: int) -> None:
    if changed:
        messages.success(request, f"Changed: {changed} site{'' if changed == 1 else 's'}.")
    else:
        messages.info(request, "No site was changed.")
