"""Forms that correct a site or request a change, and that decide a change request."""

from django import forms

from common.form_fields import StrictIntegerField, VersionField, day_field
from sites.forms import ACCEPT_LABEL, ACCEPTABLE_WARNINGS, FacilityFields, WarningsMixin
from sites.models import TrialSite
from sites.services import check_milestones
from work.models import ProposalKind
from work.proposals.types import PROPOSAL_TYPES


class SiteCorrectionForm(forms.Form):
    """New values for a site or its facility: `kind` is the subject, the version that of the values shown."""

    kind: str
    heading: str
    why = forms.CharField(
        label="Reason for change",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter a reason."},
    )
    version = VersionField()

    field_order = ["name", "city", "state", "zip", "country", "target", "why"]

    def __init__(self, *args, site: TrialSite, **kwargs):
        self.site, rules = site, PROPOSAL_TYPES[self.kind]
        self.current_values = rules.current_values(site)
        self.current_version = rules.versioned_object(site).version
        super().__init__(*args, initial=self.current_values | {"version": self.current_version}, **kwargs)

    @property
    def is_stale(self) -> bool:
        return self.is_bound and self.data.get("version") != str(self.current_version)

    @property
    def new(self) -> dict[str, str]:
        """The changed values as texts; for a valid form."""
        values = {name: self.cleaned_data[name] for name in PROPOSAL_TYPES[self.kind].labels if name in self.fields}
        texts = {name: "" if value is None else str(value) for name, value in values.items()}
        return {name: text for name, text in texts.items() if text != self.current_values.get(name, "")}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.new:
            raise forms.ValidationError("No change: these are the current values.", code="proposal-changes-something")
        return cleaned

    def reset_to_current(self) -> None:
        """Keep the input and take the current version."""
        self.data = self.data.copy()
        self.data["version"] = str(self.current_version)
        self._errors = None


class FacilityCorrectionForm(SiteCorrectionForm, FacilityFields):
    kind, heading = ProposalKind.FACILITY, "the facility’s name or address"


class TargetForm(SiteCorrectionForm):
    kind, heading = ProposalKind.TARGET, "the enrollment target"
    target = StrictIntegerField(
        label="Enrollment target",
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="Planned number of participants at this site.",
    )


class MilestonesForm(SiteCorrectionForm):
    """Actual and forecast dates of the site's milestones, checked by the rules before they are saved or requested."""

    kind, heading = ProposalKind.STAGES, "the milestone dates"
    field_order = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        days = {name: day_field(label) for name, label in PROPOSAL_TYPES[self.kind].labels.items()}
        self.fields = days | self.fields

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            milestones = PROPOSAL_TYPES[self.kind].versioned_object(self.site)
            check_milestones(self.site, milestones.with_dates(self.new), accept_warnings=True)
        return cleaned


FORMS = {"hospital": FacilityCorrectionForm, "target": TargetForm, "stages": MilestonesForm}


class DecisionForm(WarningsMixin, forms.Form):
    """A comment to the requester, and the version of the site or facility shown."""

    decision_note = forms.CharField(
        label="Comment to requester",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Required to decline.",
    )
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)
    version = VersionField()

    def refuse(self, error: forms.ValidationError, field: str | None = None) -> None:
        """Show the service's errors, whatever their fields; warnings can be accepted."""
        for message in flatten_errors(error):
            if message.code in ACCEPTABLE_WARNINGS:
                self.refuse_until_accepted(message)
            else:
                self.add_error(field, message)


def flatten_errors(error: forms.ValidationError) -> list[forms.ValidationError]:
    """The single errors, whether or not they belong to fields."""
    by_field = getattr(error, "error_dict", {"": getattr(error, "error_list", [])})
    return [message for messages in by_field.values() for message in messages]
