"""Forms that add or request a site of a trial."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from common.form_fields import StrictIntegerField
from common.partial_dates.forms import PartialDateFormField
from sites.forms import ACCEPT_LABEL, ACCEPTABLE_WARNINGS, WarningsMixin
from sites.models import Facility, TrialSite
from sites.rules import CHANGE_RULES
from sites.services import IDENTITY_FIELDS, find_facility
from sites.status_transitions import Authority, next_statuses
from trials.form_fields import TypedCountryField
from trials.models import Trial

NEW_FACILITY = "new"
CONTACT_FIELDS = {"contact_name": "name", "contact_phone": "phone", "contact_email": "email"}
#: Names of the services' fields → names in the form, where they differ.
FORM_FIELD_NAMES = {
    "to": "status",
    "reason": "why",
    "interim": "status",
    "phone": "contact_phone",
    "email": "contact_email",
}
ALREADY_A_SITE = "This facility is already a site of the trial. Change that site, or select “second site” below."
_FIELDS_BY_RULE = {rule.id: rule.fields for rule in CHANGE_RULES}


class FacilityAddressFields(forms.Form):
    """Name and address of a facility."""

    name = forms.CharField(label="Facility name", max_length=500, required=False)
    city = forms.CharField(label="City", max_length=200, required=False)
    state = forms.CharField(label="State or region", max_length=200, required=False)
    zip = forms.CharField(label="Postal code", max_length=40, required=False)
    country = TypedCountryField(label="Country", max_length=100, required=False)

    def require_facility(self, cleaned: dict) -> None:
        for name, message in (("name", "Enter the facility name."), ("country", "Enter the country.")):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)

    @property
    def place(self) -> dict[str, str]:
        """The facility fields; for a valid form."""
        return {name: self.cleaned_data[name] for name in IDENTITY_FIELDS}

    def refuse(self, error: ValidationError) -> None:
        """Show the service's errors at their fields."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for field, messages in by_field.items():
            for message in messages:
                self.refuse_message(field or next(iter(_FIELDS_BY_RULE.get(message.code, ())), ""), message)

    def refuse_message(self, name: str, message: ValidationError) -> None:
        self.add_error(self._field_of(name), message)

    def _field_of(self, name: str) -> str | None:
        field = FORM_FIELD_NAMES.get(name, name)
        return field if field in self.fields else None


class NewSiteForm(WarningsMixin, FacilityAddressFields):
    """Facility, status, contact and target of a new site. `facilities` are the search results to choose from."""

    facility = forms.ChoiceField(
        label="Facility", widget=forms.RadioSelect, error_messages={"required": "Choose a facility, or add a new one."}
    )
    takes_part_again = forms.BooleanField(label="This is a second site at the same facility", required=False)
    status = forms.ChoiceField(label="Recruitment status", required=False)
    effective_on = PartialDateFormField(label="Effective date", required=False)
    enrollment_target = StrictIntegerField(label="Enrollment target", min_value=0, max_value=1_000_000, required=False)
    contact_name = forms.CharField(label="Name or function", max_length=200, required=False)
    contact_phone = forms.CharField(label="Phone", max_length=60, required=False)
    contact_email = forms.CharField(label="E-mail", max_length=254, required=False)
    why = forms.CharField(label="Reason for change", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, trial: Trial, facilities: list[Facility], **kwargs):
        super().__init__(*args, **kwargs)
        self.facilities = {str(facility.pk): facility for facility in facilities}
        offered = next_statuses(TrialSite(trial=trial), Authority.TRIAL_COORDINATOR)
        self.fields["status"].choices = [("", "None yet"), *((status.value, status.label) for status in offered)]
        self.trial = trial
        existing = set(trial.trial_sites.filter(facility__in=facilities).order_by().values_list("facility", flat=True))
        choices = [
            (pk, f"{facility} (already a site of this trial)" if facility.pk in existing else str(facility))
            for pk, facility in self.facilities.items()
        ]
        self.fields["facility"].choices = [*choices, (NEW_FACILITY, "New facility, not in this list")]
        if not choices:
            self.initial.setdefault("facility", NEW_FACILITY)

    @classmethod
    def initial_from_post(cls, data, *, is_offered: bool) -> dict[str, str]:
        """Initial values with the input from before a search; a new facility stays selected if it has a name."""
        values = {name: data[name] for name in cls.base_fields if name in data and name != "accept_warnings"}
        if is_offered and values.get("facility") == NEW_FACILITY and not values.get("name", "").strip():
            del values["facility"]
        return values

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("facility") == NEW_FACILITY:
            self.require_facility(cleaned)
        if bool(cleaned.get("status")) != bool(cleaned.get("effective_on")) and not self.errors.get("effective_on"):
            missing = "effective_on" if cleaned.get("status") else "status"
            self.add_error(missing, "Enter both the status and its effective date.")
        if self.existing_sites and not cleaned.get("takes_part_again"):
            self.add_error("facility", ALREADY_A_SITE)
        return cleaned

    @cached_property
    def existing_sites(self) -> list[TrialSite]:
        """The trial's existing sites at the chosen or entered facility; during or after validation."""
        chosen = self.cleaned_data.get("facility")
        facility = self.facilities.get(chosen) if chosen else None
        if chosen == NEW_FACILITY and self.cleaned_data.get("name") and self.cleaned_data.get("country"):
            facility = find_facility(**{name: self.cleaned_data.get(name, "") for name in IDENTITY_FIELDS})
        sites = self.trial.trial_sites.select_related("trial", "facility").order_by("duplicate_index")
        return list(sites.filter(facility=facility)) if facility else []

    @property
    def details(self) -> dict:
        """Arguments of the service; for a valid form."""
        data = self.cleaned_data
        contact = {name: data[field] for field, name in CONTACT_FIELDS.items()}
        return {
            "facility": self.facilities.get(data["facility"]) or self.place,
            "status": data["status"],
            "effective_on": data["effective_on"],
            "contact": contact if any(contact.values()) else None,
            "target": data["enrollment_target"],
            "takes_part_again": data["takes_part_again"],
            "accept_warnings": data["accept_warnings"],
            "reason": data["why"],
        }

    def refuse_message(self, name: str, message: ValidationError) -> None:
        if message.code in ACCEPTABLE_WARNINGS:
            self.refuse_until_accepted(message)
        else:
            super().refuse_message(name, message)

    def _field_of(self, name: str) -> str | None:
        """The form field of a rule's field; `name` is the contact's unless a new facility is entered."""
        if name == "name" and self.cleaned_data.get("facility") != NEW_FACILITY:
            return "contact_name"
        return super()._field_of(name)


class SiteRequestForm(FacilityAddressFields):
    """A facility that a site coordinator requests as a new site."""

    why = forms.CharField(
        label="Reason for change",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter a reason."},
    )

    def clean(self):
        cleaned = super().clean()
        self.require_facility(cleaned)
        return cleaned
