"""How a change of a site's status is typed, and how a hospital's name and address are."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.forms.utils import ErrorDict

from common.number_fields import VersionField
from common.partial_dates import PartialDate
from common.partial_dates.forms import PartialDateFormField
from common.rules import violations
from sites.choices import SiteStatus
from sites.rules import CHANGE_RULES, reason_required
from sites.services.status import check_change, latest_report, status_change_input
from sites.status_transitions import ABBREVIATIONS, Authority, check_transition, next_statuses
from trials.form_fields import TypedCountryField

ACCEPTABLE_WARNINGS = frozenset({"unusual-change-is-meant"})
ACCEPT_LABEL = "I have checked the warnings: this is what happened"
UNTIL_ACCEPTED = "Correct what is not right, or tick the box to save it as it is."
#: The rules that demand a reason.
REASON_RULES = frozenset(rule.id for rule in CHANGE_RULES if rule.fields[0] == "reason")
REASON_HELP = "Required when the change is dated back by more than 30 days, and for a correction."
FIELDS_OF = {rule.id: rule.fields for rule in CHANGE_RULES}
INCOMPLETE_PAIR = "Give a status in between together with its date."
INTERIM_POSITIONS = ("first", "second")
INTERIM_CHOICES = [
    ("", "Nothing in between"),
    *((status.value, status.label) for status in list(ABBREVIATIONS.values())[1:]),
]


class InterimStatusesForm(forms.Form):
    """Up to two statuses that were never entered before a new one, each with its date: `interim`."""

    first_status = forms.ChoiceField(label="First in between", choices=INTERIM_CHOICES, required=False)
    first_since = PartialDateFormField(label="Since (first)", required=False)
    second_status = forms.ChoiceField(label="Then", choices=INTERIM_CHOICES, required=False)
    second_since = PartialDateFormField(label="Since (then)", required=False)

    def clean(self):
        cleaned = super().clean()
        pairs = {place: (cleaned.get(f"{place}_status"), cleaned.get(f"{place}_since")) for place in INTERIM_POSITIONS}
        halves = {place: status for place, (status, since) in pairs.items() if bool(status) != bool(since)}
        for place, status in halves.items() if not self.errors else ():
            self.add_error(f"{place}_{'since' if status else 'status'}", INCOMPLETE_PAIR)
        cleaned["interim"] = [(status, since) for status, since in pairs.values() if status and since]
        return cleaned

    @property
    def has_interim_input(self) -> bool:
        """Whether the fields for what lay in between are worth opening."""
        names = [f"{place}_{part}" for place in INTERIM_POSITIONS for part in ("status", "since")]
        return any(self[name].value() for name in names) or any(name in self.errors for name in names)


class ReasonField(forms.CharField):
    """Why something is changed. Its label says that it is optional, until the rules require a reason."""

    def __init__(self, *, label: str = "Reason for change", **kwargs):
        self.required_label = label
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(label=f"{label} (optional)", required=False, **kwargs)

    def require(self) -> None:
        """Call it a required field; that it is filled in is the rules' to check."""
        self.label = self.required_label


class WarningsMixin:
    """A form that tells the rules' warnings apart from its errors, and is saved once they are accepted.

    It has a field `accept_warnings`, which is hidden until there is a warning.
    """

    warnings: Sequence[str] = ()

    def show_warnings(self, *texts: str) -> None:
        """Offer to accept warnings."""
        self.warnings = [*self.warnings, *texts]
        self.fields["accept_warnings"].widget = forms.CheckboxInput()

    def refuse_until_accepted(self, warning: forms.ValidationError) -> None:
        self.show_warnings(*warning.messages)
        if "accept_warnings" not in self.errors:
            self.add_error("accept_warnings", UNTIL_ACCEPTED)

    @property
    def only_warns(self) -> bool:
        """Whether nothing but unaccepted warnings keeps it from being saved."""
        return set(self.errors) == {"accept_warnings"} and bool(self.warnings)


class StatusForm(WarningsMixin, InterimStatusesForm):
    """The new status, since when, what was in between, and why. What may follow is told by the transition table."""

    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Since")
    why = ReasonField(help_text=REASON_HELP)
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)
    version = VersionField()

    field_order = ("to", "effective_on")

    def __init__(self, *args, site, authority: Authority, **kwargs):
        super().__init__(*args, initial={"version": site.version} | kwargs.pop("initial", {}), **kwargs)
        self.site, self.authority = site, authority
        offered = self.get_status_choices(site, authority)
        self.fields["to"].choices = [("", "Choose"), *((status.value, status.label) for status in offered)]

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        return next_statuses(site, authority)

    @classmethod
    def initial_from_post(cls, data: Mapping[str, str]) -> dict[str, str]:
        """What somebody typed, as the initial values of a form that shows what their choice asks for."""
        return {name: data[name] for name in cls.base_fields if name in data and name != "accept_warnings"}

    @property
    def deciding_authority(self) -> Authority:
        """By whose authority the change is judged."""
        return self.authority

    def clean(self):
        """All that the rules have against the change is told at once, beside what is wrong with the fields."""
        cleaned = super().clean()
        if cleaned.get("to") and cleaned.get("effective_on") and not self._has_interim_errors():
            try:
                self.check(cleaned)
            except forms.ValidationError as error:
                self.refuse(error)
        return cleaned

    def check(self, cleaned: dict) -> None:
        """ValidationError when the service would refuse the change as it was typed."""
        check_change(
            self.site, to=cleaned["to"], effective_on=cleaned["effective_on"], interim=cleaned["interim"],
            authority=self.deciding_authority, reason=cleaned["why"], accept_warnings=cleaned["accept_warnings"],
        )  # fmt: skip

    def _has_interim_errors(self) -> bool:
        return any(f"{place}_{part}" in self.errors for place in INTERIM_POSITIONS for part in ("status", "since"))

    def show_requirements(self, *, on: date) -> None:
        """Show the fields that the chosen status asks for, without errors; for a form that is not bound."""
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
            self.fields["why"].require()
        asking = [
            rule.message(change) for rule in violations(CHANGE_RULES, change, on=on) if rule.id in ACCEPTABLE_WARNINGS
        ]
        if asking:
            self.show_warnings(*asking)

    def _fill_in_missing(self, initial: dict, to: str, on: date) -> list[tuple[str, PartialDate]]:
        """Write the statuses without which the table refuses the change into what was typed; give all in between."""
        for place, status in zip(INTERIM_POSITIONS, check_transition(self.site.status, to).missing, strict=False):
            if check_transition(self.site.status, to).is_allowed or initial.get(f"{place}_status"):
                continue
            initial[f"{place}_status"] = SiteStatus(status).value
        statuses = [(place, initial.get(f"{place}_status")) for place in INTERIM_POSITIONS]
        known = [(place, status) for place, status in statuses if status in SiteStatus.values]
        return [(status, self._day(f"{place}_since", on)) for place, status in known]

    def _day(self, name: str, on: date) -> PartialDate:
        """The date that was typed; `on` while it is none."""
        try:
            return self.fields[name].to_python(self.initial.get(name) or "") or PartialDate(on.isoformat())
        except forms.ValidationError:
            return PartialDate(on.isoformat())

    def reset_to_current(self, site) -> None:
        """Keep what was typed, and begin from the site's present version."""
        self.data = self.data.copy()
        self.data["version"] = str(site.version)
        self._errors = ErrorDict()

    @property
    def submitted_status_label(self) -> str:
        """The new status in words, whether or not it may still follow."""
        return dict(SiteStatus.choices).get(self["to"].value(), "")

    @property
    def submitted_since_text(self) -> str:
        """The date in words; as it was typed when it is none."""
        typed = str(self["effective_on"].value() or "")
        try:
            return self.fields["effective_on"].read(typed).as_text()
        except ValueError:
            return typed

    def day_of(self, name: str) -> str:
        """The date that was typed, in ISO text; blank where it is none."""
        try:
            return str(self.fields[name].to_python(self.data.get(name, "")) or "")
        except forms.ValidationError:
            return ""

    @property
    def service_kwargs(self) -> dict:
        """What was typed, in the words of the services; for a valid form."""
        said = {name: self.cleaned_data[name] for name in ("to", "effective_on", "accept_warnings", "version")}
        return said | {"reason": self.cleaned_data["why"]}

    def refuse(self, error: forms.ValidationError) -> None:
        """Put a service's refusals beside the fields that they are about; warnings offer to be accepted."""
        for message in error.error_list:
            if message.code in ACCEPTABLE_WARNINGS:
                self.refuse_until_accepted(message)
                continue
            names = [
                {"reason": "why", "interim": "first_status"}.get(name, name) for name in FIELDS_OF.get(message.code, ())
            ]
            self.add_error(next((name for name in names if name in self.fields), None), message)
            if message.code in REASON_RULES:
                self.fields["why"].require()


class FacilityFields(forms.Form):
    """What a hospital is called and where it lies."""

    name = forms.CharField(label="Name", max_length=500, error_messages={"required": "Give the hospital’s name."})
    city = forms.CharField(label="City", max_length=200, required=False)
    state = forms.CharField(label="State or region", max_length=200, required=False)
    zip = forms.CharField(label="Postal code", max_length=40, required=False)
    country = TypedCountryField(label="Country", max_length=100, error_messages={"required": "Give the country."})


class CorrectionForm(StatusForm):
    """What an entry should have said. Its rules depend on the entry, so that the service alone asks them."""

    first_status = first_since = second_status = second_since = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].require()

    def check(self, cleaned: dict) -> None:
        """Left to `correct_status`."""

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        return list(ABBREVIATIONS.values())[1:]
