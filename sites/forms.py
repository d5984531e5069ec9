"""Forms for changing a site's status and for a facility's name and address."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.forms.utils import ErrorDict

from common.form_fields import VersionField
from common.partial_dates import PartialDate
from common.partial_dates.forms import PartialDateFormField
from common.rule_types import violations
from sites.choices import SiteStatus
from sites.rules import CHANGE_RULES, reason_required
from sites.services.status import check_change, latest_report, status_change_input
from sites.status_transitions import ABBREVIATIONS, Authority, next_statuses, with_required_steps
from trials.form_fields import TypedCountryField

ACCEPTABLE_WARNINGS = frozenset({"unusual-change-is-meant"})
ACCEPT_LABEL = "I have checked the warnings"
UNTIL_ACCEPTED = "Correct the entries, or tick the box to save them as they are."
#: The rules that demand a reason.
REASON_RULES = frozenset(rule.id for rule in CHANGE_RULES if rule.fields[0] == "reason")
REASON_HELP = "Required if the effective date is more than 30 days ago, and for a correction."
FIELDS_OF = {rule.id: rule.fields for rule in CHANGE_RULES}
INCOMPLETE_PAIR = "Enter an earlier status together with its date."
INTERIM_POSITIONS = ("first", "second")
INTERIM_CHOICES = [
    ("", "None"),
    *((status.value, status.label) for status in list(ABBREVIATIONS.values())[1:]),
]


class InterimStatusesForm(forms.Form):
    """Up to two missing earlier statuses with dates; cleaned as `interim`, a list of (status, date)."""

    first_status = forms.ChoiceField(label="Earlier status 1", choices=INTERIM_CHOICES, required=False)
    first_since = PartialDateFormField(label="Earlier status 1, effective date", required=False)
    second_status = forms.ChoiceField(label="Earlier status 2", choices=INTERIM_CHOICES, required=False)
    second_since = PartialDateFormField(label="Earlier status 2, effective date", required=False)

    def clean(self):
        cleaned = super().clean()
        pairs = {
            number: (cleaned.get(f"{number}_status"), cleaned.get(f"{number}_since")) for number in INTERIM_POSITIONS
        }
        incomplete = {number: status for number, (status, since) in pairs.items() if bool(status) != bool(since)}
        for number, status in incomplete.items() if not self.errors else ():
            self.add_error(f"{number}_{'since' if status else 'status'}", INCOMPLETE_PAIR)
        cleaned["interim"] = [(status, since) for status, since in pairs.values() if status and since]
        return cleaned

    @property
    def has_interim_input(self) -> bool:
        """Whether any field of the earlier statuses has a value or an error."""
        names = [f"{number}_{part}" for number in INTERIM_POSITIONS for part in ("status", "since")]
        return any(self[name].value() for name in names) or any(name in self.errors for name in names)


class ReasonField(forms.CharField):
    """The reason for a change, labelled optional until a rule requires it."""

    def __init__(self, *, label: str = "Reason for change", **kwargs):
        self.required_label = label
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(label=f"{label} (optional)", required=False, **kwargs)

    def require(self) -> None:
        """Remove "(optional)" from the label; the rules check that a reason is given."""
        self.label = self.required_label


def require_reason(form: forms.BaseForm, name: str = "why") -> None:
    """Call `ReasonField.require`, also for a form that was cleaned, whose bound field has a copy of the label."""
    form.fields[name].require()
    form[name].label = form.fields[name].label


class WarningsMixin:
    """A form that separates rule warnings from errors and is valid once the warnings are accepted.

    Its field `accept_warnings` is hidden until there is a warning.
    """

    warnings: Sequence[str] = ()

    def show_warnings(self, *texts: str) -> None:
        """Add warnings and show the checkbox that accepts them."""
        self.warnings = [*self.warnings, *texts]
        self.fields["accept_warnings"].widget = forms.CheckboxInput()

    def refuse_until_accepted(self, warning: forms.ValidationError) -> None:
        self.show_warnings(*warning.messages)
        if "accept_warnings" not in self.errors:
            self.add_error("accept_warnings", UNTIL_ACCEPTED)

    @property
    def only_warns(self) -> bool:
        """Whether unaccepted warnings are the only errors."""
        return set(self.errors) == {"accept_warnings"} and bool(self.warnings)


class StatusForm(WarningsMixin, InterimStatusesForm):
    """A new status with its date, missing earlier statuses and a reason; choices come from the transition table."""

    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Effective date")
    why = ReasonField(help_text=REASON_HELP)
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)
    version = VersionField()

    field_order = ("to", "effective_on")

    def __init__(self, *args, site, authority: Authority, **kwargs):
        super().__init__(*args, initial={"version": site.version} | kwargs.pop("initial", {}), **kwargs)
        self.site, self.authority = site, authority
        statuses = self.get_status_choices(site, authority)
        self.fields["to"].choices = [("", "Choose"), *((status.value, status.label) for status in statuses)]

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        return next_statuses(site, authority)

    @classmethod
    def initial_from_post(cls, data: Mapping[str, str]) -> dict[str, str]:
        """The submitted values as initial values of an unbound form; `accept_warnings` is left out."""
        return {name: data[name] for name in cls.base_fields if name in data and name != "accept_warnings"}

    @property
    def deciding_authority(self) -> Authority:
        """The authority under which the rules check the change."""
        return self.authority

    def clean(self):
        """Add all rule violations to the field errors."""
        cleaned = super().clean()
        if cleaned.get("to") and cleaned.get("effective_on") and not self._has_interim_errors():
            try:
                self.check(cleaned)
            except forms.ValidationError as error:
                self.refuse(error)
        return cleaned

    def check(self, cleaned: dict) -> None:
        """Raise ValidationError when the service would refuse the submitted change."""
        check_change(
            self.site, to=cleaned["to"], effective_on=cleaned["effective_on"], interim=cleaned["interim"],
            authority=self.deciding_authority, reason=cleaned["why"], accept_warnings=cleaned["accept_warnings"],
        )  # fmt: skip

    def _has_interim_errors(self) -> bool:
        return any(f"{number}_{part}" in self.errors for number in INTERIM_POSITIONS for part in ("status", "since"))

    def show_requirements(self, *, on: date) -> None:
        """Show the fields that the selected status requires, without errors; for an unbound form."""
        to = self.initial.get("to", "")
        if not to or to not in dict(self.fields["to"].choices):
            return
        interim = self._fill_in_missing(self.initial, to, on)
        reason = self.initial.get("why", "")
        change = status_change_input(
            self.site, to, self._day("effective_on", on), interim, authority=self.deciding_authority, reason=reason,
            report=latest_report(self.site),
        )  # fmt: skip
        if reason_required(change, on=on):
            require_reason(self)
        warnings = [
            rule.message(change) for rule in violations(CHANGE_RULES, change, on=on) if rule.id in ACCEPTABLE_WARNINGS
        ]
        if warnings:
            self.show_warnings(*warnings)

    def _fill_in_missing(self, initial: dict, to: str, on: date) -> list[tuple[str, PartialDate]]:
        """Fill the missing earlier statuses into `initial`; returns all of them with their dates."""
        *required, _ = with_required_steps(self.site.status, [to])
        for number, status in zip(INTERIM_POSITIONS, required, strict=False):
            if not initial.get(f"{number}_status"):
                initial[f"{number}_status"] = SiteStatus(status).value
        statuses = [(number, initial.get(f"{number}_status")) for number in INTERIM_POSITIONS]
        known = [(number, status) for number, status in statuses if status in SiteStatus.values]
        return [(status, self._day(f"{number}_since", on)) for number, status in known]

    def _day(self, name: str, on: date) -> PartialDate:
        """The entered date, or `on` where it is blank or invalid."""
        try:
            return self.fields[name].to_python(self.initial.get(name) or "") or PartialDate(on.isoformat())
        except forms.ValidationError:
            return PartialDate(on.isoformat())

    def reset_to_current(self, site) -> None:
        """Keep the submitted values and take over the site's current version."""
        self.data = self.data.copy()
        self.data["version"] = str(site.version)
        self._errors = ErrorDict()

    @property
    def submitted_status_label(self) -> str:
        """The label of the submitted status, also where it is no longer a choice."""
        return dict(SiteStatus.choices).get(self["to"].value(), "")

    @property
    def submitted_since_text(self) -> str:
        """The submitted date in words, or the text as submitted where it is invalid."""
        text = str(self["effective_on"].value() or "")
        try:
            return self.fields["effective_on"].read(text).as_text()
        except ValueError:
            return text

    def day_of(self, name: str) -> str:
        """The submitted date as ISO text; blank where it is missing or invalid."""
        try:
            return str(self.fields[name].to_python(self.data.get(name, "")) or "")
        except forms.ValidationError:
            return ""

    @property
    def service_kwargs(self) -> dict:
        """The cleaned values as arguments of the services; for a valid form."""
        values = {name: self.cleaned_data[name] for name in ("to", "effective_on", "accept_warnings", "version")}
        return values | {"reason": self.cleaned_data["why"]}

    def refuse(self, error: forms.ValidationError) -> None:
        """Add the errors of a service to their fields, and offer to accept its warnings."""
        for message in error.error_list:
            if message.code in ACCEPTABLE_WARNINGS:
                self.refuse_until_accepted(message)
                continue
            names = [
                {"reason": "why", "interim": "first_status"}.get(name, name) for name in FIELDS_OF.get(message.code, ())
            ]
            self.add_error(next((name for name in names if name in self.fields), None), message)
            if message.code in REASON_RULES:
                require_reason(self)


class FacilityFields(forms.Form):
    """A facility's name and address."""

    name = forms.CharField(label="Name", max_length=500, error_messages={"required": "Enter the facility name."})
    city = forms.CharField(label="City", max_length=200, required=False)
    state = forms.CharField(label="State or region", max_length=200, required=False)
    zip = forms.CharField(label="Postal code", max_length=40, required=False)
    country = TypedCountryField(label="Country", max_length=100, error_messages={"required": "Enter the country."})


class CorrectionForm(StatusForm):
    """The corrected values of a status event; `correct_status` checks the rules, which depend on the event."""

    first_status = first_since = second_status = second_since = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        require_reason(self)

    def check(self, cleaned: dict) -> None:
        """Nothing: `correct_status` checks the rules."""

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        return list(ABBREVIATIONS.values())[1:]
