"""The pages of reminder settings, of requested reminders about overdue sites, and of the link to unsubscribe."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common import dates
from common.form_fields import parse_whole_number
from common.query_params import QueryState
from sites.models import TrialSite
from work.models import Reminder, ReminderFrequency, ReminderPlan
from work.reminders.changes_mail import unsubscribe, user_of_token
from work.reminders.requests import RequestOutcome, plan_requests, send_requested

RECENT_COUNT = 10
MAX_SITES = 500
UNREACHABLE_TEXT = "The mail server could not be reached. No reminder was sent. Try again later."


class ReminderPlanForm(forms.ModelForm):
    pace = forms.ChoiceField(label="How often", choices=ReminderFrequency.choices, widget=forms.RadioSelect)

    class Meta:
        model = ReminderPlan
        fields = ["pace", "weekday", "changes_mail"]
        labels = {"weekday": "If weekly, on", "changes_mail": "Also send me what changed, once a week"}
        help_texts = {
            "changes_mail": "The changes of the week in the trials that you may see, by trial. On the weekday above."
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not user.oversees_trials:
            del self.fields["changes_mail"]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_settings(request: HttpRequest) -> HttpResponse:
    plan = ReminderPlan.objects.filter(user=request.user).first() or ReminderPlan(user=request.user)
    form = ReminderPlanForm(request.POST or None, instance=plan, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("work_reminders")
    sent = Reminder.objects.filter(user=request.user)[:RECENT_COUNT]
    return render(request, "work/reminders/reminders.html", {"form": form, "sent": sent})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_reminders(request: HttpRequest) -> HttpResponse:
    """Show the recipients and the skipped sites; `send` sends. 404 for sites that the user cannot remind."""
    query = QueryState.from_request(request)
    if not {*query.names} <= {"site", "all", "back"}:
        raise BadRequest("Unknown parameter. Reminders are requested by site.")
    params = request.POST if request.method == "POST" else request.GET
    sites = _sites(request.user, _selected_sites(params))
    back = _return_url(params) or _board_url(sites)
    if "send" in request.POST:
        try:
            _add_messages(request, send_requested(sites, author=request.user, now=timezone.now()))
        except OSError:
            messages.error(request, UNREACHABLE_TEXT)
        return redirect(back or "work")
    plan = plan_requests(sites, author=request.user, on=dates.today())
    context = {
        "sites": sites,
        "recipients": list(plan.recipients.items()),
        "skipped": plan.skipped,
        "back": back,
        "return_url": _return_url(params),
        "trial_name": sites[0].trial.acronym or sites[0].trial.number,
        "today": dates.today(),
    }
    return render(request, "work/reminders/request.html", context)


def _selected_sites(params: QueryDict) -> list[str]:
    """The values of the selected sites, or of all on the page."""
    return [text for text in params.get("all", "").split(",") if text] or params.getlist("site")


def _sites(user, texts: list[str]) -> list[TrialSite]:
    """The sites by id; a version after a colon is ignored. 404 for a site that the user cannot remind."""
    site_ids = {parse_whole_number(text.partition(":")[0]) for text in texts}
    if not site_ids or None in site_ids:
        raise BadRequest("Choose at least one site.")
    if len(site_ids) > MAX_SITES:
        raise BadRequest(f"Choose at most {MAX_SITES} sites.")
    remindable = TrialSite.objects.remindable_by(user).filter(pk__in=site_ids).select_related("trial", "facility")
    sites = list(remindable.order_by("trial", "position", "pk"))
    if len(sites) != len(site_ids):
        raise Http404
    return sites


def _return_url(params: QueryDict) -> str:
    """The address on the board of all trials to return to; blank for any other address."""
    url = params.get("back", "")
    return url if url.partition("?")[0] == reverse("boards") else ""


def _board_url(sites: list[TrialSite]) -> str:
    """The Sites page of the trial; blank if the sites are of several trials."""
    trials = {site.trial_id for site in sites}
    return f"{sites[0].trial.get_absolute_url()}sites/" if len(trials) == 1 else ""


def _add_messages(request: HttpRequest, outcome: RequestOutcome) -> None:
    if outcome.sent:
        messages.success(request, f"Reminder sent to {', '.join(map(str, outcome.sent))}.")
    if outcome.failed:
        names = ", ".join(map(str, outcome.failed))
        messages.error(request, f"The mail server did not accept the reminder to {names}.")
    if not outcome.sent and not outcome.failed:
        messages.info(request, "No reminder was sent: everyone was reminded today, or no site is overdue.")


@csrf_exempt  # RFC 8058: mail programs send the POST without cookies; the signed link is the authorization
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """A button that turns the weekly mail off; 404 for a link that is not valid."""
    if QueryState.from_request(request).names:
        raise BadRequest("This address has no parameters.")
    user = user_of_token(token)
    if user is None:
        response = render(request, "work/reminders/unsubscribe_invalid.html", status=404)
    else:
        if request.method == "POST":
            unsubscribe(user)
        response = render(request, "work/reminders/unsubscribe.html", {"is_done": request.method == "POST"})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
