"""The page on which a trial's record is verified."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from history.versioning import StaleVersion
from trials.services import verify_record
from trials.verification import verification_of
from work.trial_status.views import get_trial
from work.verification.forms import VerificationForm


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, key: str) -> HttpResponse:
    """The due dates of a record and the form that verifies it."""
    trial, today = get_trial(request, key), dates.today()
    form = VerificationForm(request.POST or None, trial=trial, today=today)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if trial.verified_on == data["verified_on"]:
            return _success_response(request, trial)
        try:
            verify_record(trial, author=request.user.actor, **data)
            return _success_response(request, trial)
        except StaleVersion:
            form.trial = trial = get_trial(request, key)
        except ValidationError as error:
            form.refuse(error)
    stale = form.is_stale
    if stale:
        form.reset_to_current()
    current = verification_of(trial)
    context = {
        "trial": trial,
        "form": form,
        "stale": stale,
        "shown": trial.status_on(today),
        "verification": current,
        "state": current.as_text(today),
    }
    return render(request, "work/verification/verify.html", context, status=409 if stale else 200)


def _success_response(request: HttpRequest, trial) -> HttpResponse:
    messages.success(request, "Record verification saved.")
    return redirect("work")
