"""The page that changes the overall status of a trial."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from history.versioning import StaleVersion
from trials.models import Trial
from trials.services import change_overall_status
from work.trial_status.forms import OverallStatusForm
from work.trial_status.preview import count_contacts
from work.trial_status.suggestions import StatusSuggestion, suggest_statuses


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overall(request: HttpRequest, key: str) -> HttpResponse:
    """Show the current status, the suggestion and its deadline, and the form."""
    trial = get_trial(request, key)
    suggestion = next(iter(suggest_statuses([trial], on=dates.today())), None)
    form = OverallStatusForm(
        request.POST or None, trial=trial, suggested_status=suggestion.status if suggestion else ""
    )
    if form.is_bound:
        if _is_already_applied(form):
            return redirect("work_closing", trial.key)
        if not _is_stale(form) and form.is_valid():
            try:
                change_overall_status(trial, author=request.user.actor, **form.service_kwargs)
            except StaleVersion:
                form.trial = get_trial(request, key)
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, "Overall status saved.")
                return redirect("work_closing", trial.key)
    return _form_page(request, form, suggestion)


def get_trial(request: HttpRequest, key: str) -> Trial:
    """The trial; 404 if the user cannot edit it."""
    trial = Trial.objects.editable_by(request.user).with_key(key)
    if trial is None:
        raise Http404
    return trial


def _is_stale(form: OverallStatusForm) -> bool:
    return form.data.get("version") != str(form.trial.version)


def _is_already_applied(form: OverallStatusForm) -> bool:
    """Whether the same change is already saved, so that a repeated request has no effect."""
    return _is_stale(form) and not form.differences()


def _form_page(request: HttpRequest, form: OverallStatusForm, suggestion: StatusSuggestion | None) -> HttpResponse:
    today, stale = dates.today(), form.is_bound and _is_stale(form)
    differences = form.differences() if stale else []
    if stale:
        form.reset_to_current()
    statuses = list(form.trial.trial_sites.order_by().values_list("status", flat=True))
    context = {
        "trial": form.trial,
        "shown": form.trial.status_on(today),
        "form": form,
        "advice": suggestion,
        "stale": stale,
        "differences": differences,
        "common_rule_texts": form.common_rule_texts(statuses, on=today),
        "options": list(form.options(statuses, count_contacts(form.trial, on=today), on=today)),
    }
    return render(request, "work/trial_status/change_status.html", context, status=409 if stale else 200)
