"""Where what somebody reported is put right.

A report on its page, and how it is closed.
"""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from history.actor_names import actor_names
from work.choices import ReportedFault, ReportOutcome
from work.models import PublicReport
from work.public_reports.services import AlreadyClosedError, close_report

FixLink = tuple[str, str]


def fix_links(report: PublicReport, user) -> list[FixLink]:
    """(words, address), the likeliest first; those in the admin for staff only."""
    places = [*_contact_links(report, user), *_site_links(report), *_trial_links(report, user)]
    likely = {ReportedFault.STATUS: "status", ReportedFault.PLACE: "hospital", ReportedFault.CONTACT: "contact"}
    word = likely.get(report.fault, "")
    return sorted(places, key=lambda place: word not in place[0])


def _contact_links(report: PublicReport, user) -> Iterator[FixLink]:
    if report.contact and user.can_open_admin:
        yield "The contact’s entry", reverse("admin:contacts_person_change", args=[report.contact.person_id])


def _site_links(report: PublicReport) -> Iterator[FixLink]:
    if report.trial_site:
        yield "The site’s status", reverse("work_change", args=[report.trial_site_id])
        yield "The hospital’s name or address", reverse("work_correct", args=[report.trial_site_id, "hospital"])


def _trial_links(report: PublicReport, user) -> Iterator[FixLink]:
    if not report.trial_site and type(report.trial).objects.editable_by(user).filter(pk=report.trial_id).exists():
        yield "The trial’s overall status", reverse("work_overall", args=[report.trial.key])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody says, what stands there, where it is mended, and three ways to close it."""
    rows = PublicReport.objects.editable_by(request.user)
    found = get_object_or_404(rows.select_related("trial", "trial_site__facility", "contact__person"), pk=pk)
    if request.method == "POST":
        return _close(request, found)
    context = {
        "report": found,
        "site": found.trial_site,
        "outcomes": ReportOutcome,
        "places": fix_links(found, request.user),
        "closer": actor_names([found.closed_by])[found.closed_by] if found.closed_by else "",
    }
    return render(request, "work/public_reports/report.html", context)


def _close(request: HttpRequest, current: PublicReport) -> HttpResponse:
    outcome, actor = request.POST.get("outcome", ""), request.user.actor
    if outcome not in ReportOutcome.values:
        raise BadRequest("No such outcome.")
    try:
        close_report(current, outcome=outcome, author=actor, now=timezone.now())
        messages.success(request, "Closed. The sender’s address is erased.")
    except AlreadyClosedError as error:
        if (error.report.outcome, error.report.closed_by) != (outcome, actor):
            messages.warning(request, f"Closed already: {error.report.get_outcome_display().lower()}.")
    return redirect("work" if outcome != ReportOutcome.RESOLVED else current)
