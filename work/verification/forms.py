"""The form that records the verification of a trial's record."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from common.numbers import VersionField
from common.partial_dates.forms import PartialDateFormField
from trials.models import Trial


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
