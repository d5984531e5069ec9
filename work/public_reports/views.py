"""The page of a public report, with links to fix the problem and actions to close it."""

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

from history.authorship import actor_names
from work.choices import ReportedFault, ReportOutcome
from work.models import PublicReport
from work.public_reports.services import AlreadyClosedError, close_report

FixLink = tuple[str, str]


def fix_links(report: PublicReport, user) -> list[FixLink]:
    """(label, URL) pairs, the most likely first; admin pages for staff only."""
    links = [*_contact_links(report, user), *_site_links(report), *_trial_links(report, user)]
    keywords = {ReportedFault.STATUS: "status", ReportedFault.PLACE: "Facility", ReportedFault.CONTACT: "Contact"}
    keyword = keywords.get(report.fault, "")
    return sorted(links, key=lambda link: keyword not in link[0])


def _contact_links(report: PublicReport, user) -> Iterator[FixLink]:
    if report.contact and user.can_open_admin:
        yield "Contact record", reverse("admin:contacts_person_change", args=[report.contact.person_id])


def _site_links(report: PublicReport) -> Iterator[FixLink]:
    if report.trial_site:
        yield "Site status", reverse("work_change", args=[report.trial_site_id])
        yield "Facility name or address", reverse("work_correct", args=[report.trial_site_id, "hospital"])


def _trial_links(report: PublicReport, user) -> Iterator[FixLink]:
    if not report.trial_site and type(report.trial).objects.editable_by(user).filter(pk=report.trial_id).exists():
        yield "Overall status", reverse("work_overall", args=[report.trial.key])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report, the current record, links to fix it, and the actions that close it."""
    rows = PublicReport.objects.editable_by(request.user)
    current = get_object_or_404(rows.select_related("trial", "trial_site__facility", "contact__person"), pk=pk)
    if request.method == "POST":
        return _close(request, current)
    context = {
        "report": current,
        "site": current.trial_site,
        "outcomes": ReportOutcome,
        "places": fix_links(current, request.user),
        "closer": actor_names([current.closed_by])[current.closed_by] if current.closed_by else "",
    }
    return render(request, "work/public_reports/report.html", context)


def _close(request: HttpRequest, current: PublicReport) -> HttpResponse:
    outcome, actor = request.POST.get("outcome", ""), request.user.actor
    if outcome not in ReportOutcome.values:
        raise BadRequest("Unknown outcome.")
    try:
        close_report(current, outcome=outcome, author=actor, now=timezone.now())
        messages.success(request, "Report closed. The sender’s address is erased.")
    except AlreadyClosedError as error:
        if (error.report.outcome, error.report.closed_by) != (outcome, actor):
            messages.warning(request, f"Already closed: {error.report.get_outcome_display().lower()}.")
    return redirect("work" if outcome != ReportOutcome.RESOLVED else current)
