"""A report on its page, and how it is closed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from history.names import names_of
from work.codes import ReportOutcome
from work.models import PublicReport
from work.reports.mending import places_to_mend
from work.reports.services import ClosedAlreadyError, close_report


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody says, what stands there, where it is mended, and three ways to close it."""
    rows = PublicReport.objects.editable_by(request.user)
    found = get_object_or_404(rows.select_related("trial", "trial_site__facility", "contact__person"), pk=pk)
    if request.method == "POST":
        return _closed(request, found)
    context = {
        "report": found,
        "site": found.trial_site,
        "outcomes": ReportOutcome,
        "places": places_to_mend(found, request.user),
        "closer": names_of([found.closed_by])[found.closed_by] if found.closed_by else "",
    }
    return render(request, "work/reports/received.html", context)


def _closed(request: HttpRequest, found: PublicReport) -> HttpResponse:
    outcome, actor = request.POST.get("outcome", ""), request.user.actor
    if outcome not in ReportOutcome.values:
        raise BadRequest("No such outcome.")
    try:
        close_report(found, outcome=outcome, author=actor, now=timezone.now())
        messages.success(request, "Closed. The sender’s address is erased.")
    except ClosedAlreadyError as error:
        if (error.report.outcome, error.report.closed_by) != (outcome, actor):
            messages.warning(request, f"Closed already: {error.report.get_outcome_display().lower()}.")
    return redirect("work" if outcome != ReportOutcome.MENDED else found)
