"""The page that updates the sites whose status does not match the overall status."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from sites.status_transitions import Authority
from work.trial_status.site_closing import SharedFieldsForm, SiteStatusForm, closing_options, save_selected
from work.trial_status.views import get_trial

#: Maximum number of sites on one page.
MAX_SITES = 200


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, key: str) -> HttpResponse:
    """Change each selected site; those with errors stay on the page with their input."""
    trial = get_trial(request, key)
    authority = Authority.MANAGER if request.user.is_manager else Authority.TRIAL_COORDINATOR
    options = closing_options(trial, authority)
    shared, today = SharedFieldsForm(request.POST or None), dates.today()
    rows = [SiteStatusForm(request.POST or None, option=option, today=today) for option in options[:MAX_SITES]]
    if shared.is_bound and shared.is_valid():
        changed, refused = save_selected(rows, author=request.user.actor, authority=authority, shared=shared)
        _add_messages(request, changed)
        if not refused:
            return redirect("work_closing", trial.key)
        rows = [row for row in rows if row.errors or not row.is_selected]
    context = {
        "trial": trial,
        "shared": shared,
        "rows": rows,
        "asks_opening": any("opened_on" in row.fields for row in rows),
        "hidden_count": max(0, len(options) - MAX_SITES),
        "refused_count": sum(bool(row.errors) for row in rows if row.is_selected),
    }
    return render(request, "work/trial_status/site_closing.html", context)


def _add_messages(request: HttpRequest, changed: int) -> None:
    if changed:
        messages.success(request, f"{changed} site{'' if changed == 1 else 's'} updated.")
    else:
        messages.info(request, "No site was updated.")
