"""The form on which anybody says that a public trial's page is wrong."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from common.numbers import parse_whole_number
from contacts.choices import RoleKind
from contacts.models import Role
from sites.models import TrialSite
from trials.models import Trial
from work.public_reports.forms import ReportForm
from work.public_reports.services import TooManyReportsError, send_report, sender_digest

ALLOWED_PARAMS = {"site", "contact"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Report a problem with a trial (`key`), its `site`, or a public `contact`. 404 for a trial that is not public."""
    trial = _public_trial(key)
    site, contact = _get_site_and_contact(request, trial)
    contacts = [] if contact else _visible_contacts(trial, site)
    form = ReportForm(request.POST or None, site=site, contact=contact, contacts=contacts)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _send(request, form, trial=trial, site=site, contact=contact or form.contact)
            return redirect("trial_reported", trial.key)
        except TooManyReportsError:
            form.add_error(None, "Too many reports from your network. Try again in an hour.")
            status = 429
    context = {"trial": trial, "site": site, "contact": contact, "form": form}
    return render(request, "work/public_reports/report_form.html", context, status=status)


@never_cache
@require_safe
def reported(request: HttpRequest, key: str) -> HttpResponse:
    """The page after a report was sent."""
    return render(request, "work/public_reports/thanks.html", {"trial": _public_trial(key)})


def _send(request: HttpRequest, form: ReportForm, **place) -> None:
    """Save the report, unless a bot sent it."""
    if not form.is_spam:
        send_report(**place, **form.report_data, sender=sender_digest(request), now=timezone.now())


def _public_trial(key: str) -> Trial:
    trial = Trial.objects.public().with_key(key)
    if trial is None:
        raise Http404
    return trial


def _get_site_and_contact(request: HttpRequest, trial: Trial) -> tuple[TrialSite | None, Role | None]:
    if unknown := request.GET.keys() - ALLOWED_PARAMS:
        raise BadRequest(f"Unknown parameter: {', '.join(sorted(unknown))}.")
    site, contact = (_parse_id(request.GET.get(name, "")) for name in ("site", "contact"))
    found_site = _get_or_404(trial.trial_sites.select_related("facility"), site)
    shown = Role.objects.shown_on(dates.today())
    roles = shown.filter(trial_site=found_site) if found_site else shown.filter(trial=trial)
    return found_site, _get_or_404(roles, contact)


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
