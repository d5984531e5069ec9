"""The form on which visitors report a problem with a trial's page, and the page of a report for its coordinators."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from common.form_fields import parse_whole_number
from contacts.choices import RoleKind
from contacts.models import Role
from history.authorship import actor_names
from sites.models import TrialSite
from trials.models import Trial
from work.models import PublicReport, ReportedFault, ReportOutcome
from work.public_reports.forms import ReportForm
from work.public_reports.services import (
    AlreadyClosedError,
    TooManyReportsError,
    close_report,
    send_report,
)

FixLink = tuple[str, str]


def _fix_links(report: PublicReport, user) -> list[FixLink]:
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
        "fix_links": _fix_links(current, request.user),
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


ALLOWED_PARAMS = {"site", "contact"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_report(request: HttpRequest, key: str) -> HttpResponse:
    """Report a problem with a trial (`key`), its `site`, or a public `contact`. 404 for a trial that is not public."""
    trial = _public_trial(key)
    site, contact = _selected_site_and_contact(request, trial)
    contacts = [] if contact else _visible_contacts(trial, site)
    form = ReportForm(request.POST or None, site=site, contact=contact, contacts=contacts)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _send(request, form, trial=trial, site=site, contact=contact or form.contact)
            return redirect("trial_reported", trial.key)
        except TooManyReportsError:
            form.add_error(None, _("Too many reports from your network. Try again in an hour."))
            status = 429
    context = {"trial": trial, "site": site, "contact": contact, "form": form}
    return render(request, "work/public_reports/report_form.html", context, status=status)


@never_cache
@require_safe
def report_sent(request: HttpRequest, key: str) -> HttpResponse:
    """The page after a report was sent."""
    return render(request, "work/public_reports/thanks.html", {"trial": _public_trial(key)})


def _send(request: HttpRequest, form: ReportForm, **place) -> None:
    """Save the report, unless a bot sent it."""
    if not form.is_spam:
        send_report(**place, **form.report_data, sender=_sender_digest(request), now=timezone.now())


def _sender_digest(request: HttpRequest) -> str:
    """Digest of the client's address; behind a proxy the last one of X-Forwarded-For, since others can be forged."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return salted_hmac("public report", address, algorithm="sha256").hexdigest()


def _public_trial(key: str) -> Trial:
    trial = Trial.objects.public().first_by_key(key)
    if trial is None:
        raise Http404
    return trial


def _selected_site_and_contact(request: HttpRequest, trial: Trial) -> tuple[TrialSite | None, Role | None]:
    if unknown := request.GET.keys() - ALLOWED_PARAMS:
        raise BadRequest(f"Unknown parameter: {', '.join(sorted(unknown))}.")
    site, contact = (_parse_id(request.GET.get(name, "")) for name in ("site", "contact"))
    trial_site = _get_or_404(trial.trial_sites.select_related("facility"), site)
    shown = Role.objects.shown_on(dates.today())
    roles = shown.filter(trial_site=trial_site) if trial_site else shown.filter(trial=trial)
    return trial_site, _get_or_404(roles, contact)


def _visible_contacts(trial: Trial, site: TrialSite | None) -> list[Role]:
    """The public contacts of the site or, without one, of the trial."""
    shown = Role.objects.shown_on(dates.today())
    if site:
        return list(shown.filter(trial_site=site, kind=RoleKind.SITE_CONTACT))
    return list(shown.filter(trial=trial, kind=RoleKind.CENTRAL_CONTACT))


def _get_or_404(rows, number: int | None):
    row = None if number is None else rows.filter(pk=number).first()
    if number is not None and row is None:
        raise Http404
    return row


def _parse_id(text: str) -> int | None:
    if not text:
        return None
    number = parse_whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number
