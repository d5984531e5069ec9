"""The forms that change a site's status and a trial's overall status, with the effects of each choice."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from common import dates
from common.form_fields import StrictIntegerField, VersionField
from common.rule_types import Level, violations
from sites.choices import SiteStatus
from sites.forms import REASON_HELP, StatusForm, WarningsMixin, require_reason
from sites.rules import OVERALL_RULES, TrialSitesInput
from sites.status_transitions import Authority, proposed_statuses
from trials.choices import OverallStatus
from trials.models import Trial
from trials.rules import TRIAL_RULES
from trials.services import STATUS_DEPENDENT_FIELDS, status_field_violations
from trials.status_display import status_display
from work.status_change.public_effects import ContactCounts, describe_overall_effect, describe_site_effect

PROPOSAL_REASON_HELP = REASON_HELP.replace(", and for a correction", ", for a correction, and for a request")


@dataclass(frozen=True, slots=True)
class StatusOption:
    """A radio button: status, its definition by the registry, and its public effect."""

    status: str
    meaning: str
    effect: str
    is_chosen: bool
    is_proposed: bool


class StatusChangeForm(StatusForm):
    """The next statuses, each with its definition and public effect.

    Statuses that need approval come last; choosing one makes the form a change request, which requires a reason.
    """

    def __init__(self, *args, site, contacts: int, **kwargs):
        super().__init__(*args, site=site, **kwargs)
        self.contacts = contacts
        if self.proposable:
            self.fields["why"].help_text = PROPOSAL_REASON_HELP
        if self.is_proposal:
            require_reason(self)
        self.fields["to"].choices = self.fields["to"].choices[1:]
        self.fields["to"].error_messages["required"] = "Choose the new status."
        self.fields["to"].error_messages["invalid_choice"] = "The site cannot change to this status now."

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        self.proposable = proposed_statuses(site, authority)
        return [*super().get_status_choices(site, authority), *self.proposable]

    @property
    def is_proposal(self) -> bool:
        """Whether the chosen status needs approval."""
        return self["to"].value() in self.proposable

    @property
    def deciding_authority(self) -> Authority:
        return Authority.TRIAL_COORDINATOR if self.is_proposal else self.authority

    def clean(self):
        cleaned = super().clean()
        if self.is_proposal and not cleaned.get("why", "").strip():
            self.add_error("why", "Enter a reason for the trial coordinator.")
        return cleaned

    def options(self) -> Iterator[StatusOption]:
        chosen = self["to"].value()
        for status, _ in self.fields["to"].choices:
            effect = describe_site_effect(self.site, status, contacts=self.contacts)
            yield StatusOption(
                status, status_display(status).definition, effect, status == chosen, status in self.proposable
            )

    def refuse(self, error: forms.ValidationError) -> None:
        """Show errors, and fill in missing intermediate statuses without their dates."""
        super().refuse(error)
        if any(message.code == "no-status-in-between-is-missing" for message in error.error_list):
            self.data = self.data.copy()
            self._fill_in_missing(self.data, self["to"].value(), dates.today())


S = OverallStatus
STUDY_STATUSES = (
    S.NOT_YET_RECRUITING, S.RECRUITING, S.ENROLLING_BY_INVITATION, S.ACTIVE_NOT_RECRUITING, S.SUSPENDED, S.COMPLETED,
    S.TERMINATED, S.WITHDRAWN,
)  # fmt: skip
EXPANDED_ACCESS_STATUSES = (
    S.AVAILABLE, S.NO_LONGER_AVAILABLE, S.TEMPORARILY_NOT_AVAILABLE, S.APPROVED_FOR_MARKETING, S.WITHDRAWN,
)  # fmt: skip
FIELDS_BY_RULE = {rule.id: rule.fields for rule in (*TRIAL_RULES, *OVERALL_RULES)}
ERROR_RULES = frozenset(rule.id for rule in TRIAL_RULES if rule.level is Level.ERROR)


@dataclass(frozen=True, slots=True)
class OverallStatusOption:
    """A radio button: a status with its definition, its public effects and the rules that it would violate."""

    status: str
    meaning: str
    effects: Sequence[str]
    rule_texts: Sequence[str]
    is_chosen: bool
    is_suggested: bool


class OverallStatusForm(WarningsMixin, forms.ModelForm):
    """A model form of a copy of the trial, so that `trial` keeps its saved values."""

    note = forms.CharField(
        label="Reason for change", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=1_000
    )
    accept_warnings = forms.BooleanField(
        label="I have checked the warnings and confirm that this is correct", required=False, widget=forms.HiddenInput
    )
    version = VersionField()

    class Meta:
        model = Trial
        fields = ("overall_status", *STATUS_DEPENDENT_FIELDS)
        field_classes = {"enrollment_count": StrictIntegerField}
        widgets = {"why_stopped": forms.Textarea(attrs={"rows": 2, "maxlength": 250})}

    def __init__(self, *args, trial: Trial, suggested_status: str = "", **kwargs):
        self.trial, self.suggested_status = trial, suggested_status
        initial = {"version": trial.version, "overall_status": suggested_status}
        super().__init__(*args, instance=copy(trial), initial=initial, **kwargs)
        offered = EXPANDED_ACCESS_STATUSES if trial.study_type == "EXPANDED_ACCESS" else STUDY_STATUSES
        field = self.fields["overall_status"]
        field.required = True
        field.error_messages["required"] = "Choose the new status."
        field.choices = [(status.value, status.label) for status in offered if status != trial.overall_status]
        for name in STATUS_DEPENDENT_FIELDS:
            self.fields[name].help_text = ""
        for name in ("start_type", "primary_completion_type", "completion_type", "enrollment_type"):
            self.fields[name].choices = [("", "Not given"), *self.fields[name].choices[1:]]

    def options(self, statuses: Sequence[str], contacts: ContactCounts, *, on: date) -> Iterator[OverallStatusOption]:
        """The choices with their effects; `statuses` are those of the sites."""
        chosen, common = self["overall_status"].value(), self.common_rule_texts(statuses, on=on)
        for status, _ in self.fields["overall_status"].choices:
            effects = describe_overall_effect(self.trial, status, contacts, statuses=statuses, on=on)
            rule_texts = [text for text in self._rule_texts(status, statuses, on) if text not in common]
            meaning = status_display(status).definition
            yield OverallStatusOption(
                status, meaning, effects, rule_texts, status == chosen, status == self.suggested_status
            )

    def common_rule_texts(self, statuses: Sequence[str], *, on: date) -> list[str]:
        """Texts of the rules violated by every choice, such as a date that has passed."""
        first, *others = [self._rule_texts(status, statuses, on) for status, _ in self.fields["overall_status"].choices]
        return [text for text in first if all(text in other for other in others)]

    def _rule_texts(self, status: str, statuses: Sequence[str], on: date) -> list[str]:
        trial = copy(self.trial)
        trial.overall_status = status
        site_violations = violations(OVERALL_RULES, TrialSitesInput(status, statuses, trial.last_known_status), on=on)
        return [
            rule.text
            for rule in (*status_field_violations(trial, on=on), *site_violations)
            if rule.level is not Level.NOTE
        ]

    @property
    def secondary_fields(self) -> list[forms.BoundField]:
        """The collapsible fields: dates and numbers."""
        return [self[name] for name in STATUS_DEPENDENT_FIELDS if name != "why_stopped"]

    @property
    def has_secondary_errors(self) -> bool:
        return any(field.errors for field in self.secondary_fields)

    @property
    def service_kwargs(self) -> dict:
        """Arguments of the service; for a valid form."""
        kwargs = {name: self.cleaned_data[name] for name in (*STATUS_DEPENDENT_FIELDS, "accept_warnings", "version")}
        return kwargs | {"to": self.cleaned_data["overall_status"], "reason": self.cleaned_data["note"]}

    def refuse(self, error: ValidationError) -> None:
        """Show the service's errors at their fields; warnings can be accepted."""
        for message in error.error_list:
            if message.code not in ERROR_RULES:
                self.refuse_until_accepted(message)
                continue
            names = FIELDS_BY_RULE.get(message.code, ())
            self.add_error(next((name for name in names if name in self.fields), None), message)

    def differences(self) -> list[tuple[str, str, str]]:
        """(label, input, saved value) of every field that differs, for display; for a bound form."""
        saved = OverallStatusForm(trial=self.trial)
        saved.initial["overall_status"] = self.trial.overall_status
        pairs = [(self[name], _text(self[name].value()), _text(saved[name].value())) for name in self.Meta.fields]
        return [
            (field.label, _display_value(field, mine), _display_value(field, theirs))
            for field, mine, theirs in pairs
            if mine != theirs
        ]

    def reset_to_current(self) -> None:
        """Keep the input and take the current version."""
        self.data = self.data.copy()
        self.data["version"] = str(self.trial.version)
        self._errors = None


def _text(value) -> str:
    return "" if value is None else str(value).strip()


def _display_value(field: forms.BoundField, text: str) -> str:
    labels = {str(value): str(label) for value, label in getattr(field.field, "choices", ())}
    return labels.get(text, OverallStatus(text).label if text in OverallStatus.values else text) or "Not given"
