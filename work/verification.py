"""The page on which a trial's record is verified, and its form."""

from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from common.form_fields import VersionField
from common.partial_dates.forms import PartialDateFormField
from history.optimistic_locking import StaleVersion
from trials.models import Trial
from trials.services import verify_record
from trials.verification import verification_of
from work.status_change.views import get_editable_trial


class VerificationForm(forms.Form):
    """The month of the verification, and a reason."""

    verified_on = PartialDateFormField(label="Verified in", help_text="A month, such as Nov 2026 or 2026-11.")
    reason = forms.CharField(
        label="Reason for change",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Optional. Saved in the audit trail.",
    )
    version = VersionField()

    def __init__(self, *args, trial: Trial, today: date, **kwargs):
        super().__init__(*args, initial={"verified_on": f"{today:%Y-%m}", "version": trial.version}, **kwargs)
        self.trial = trial

    @property
    def is_stale(self) -> bool:
        """Whether the trial has changed since the form was shown."""
        return self.is_bound and self.data.get("version") != str(self.trial.version)

    def refuse(self, error: ValidationError) -> None:
        """Show the error at the month."""
        self.add_error("verified_on", error)

    def reset_to_current(self) -> None:
        """Keep the input and take the current version."""
        self.data = self.data.copy()
        self.data["version"] = str(self.trial.version)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, key: str) -> HttpResponse:
    """The due dates of a record and the form that verifies it."""
    trial, today = get_editable_trial(request, key), dates.today()
    form = VerificationForm(request.POST or None, trial=trial, today=today)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if trial.verified_on == data["verified_on"]:
            return _success_response(request, trial)
        try:
            verify_record(trial, author=request.user.actor, **data)
            return _success_response(request, trial)
        except StaleVersion:
            form.trial = trial = get_editable_trial(request, key)
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
