"""How a change of a site's status is typed, and how a hospital's name and address are."""

from django import forms
from django.forms.utils import ErrorDict

from sites.codes import SiteStatus
from sites.rules import CHANGE_RULES
from sites.transitions import SHORT, Authority, next_statuses
from trials.partial_dates.forms import PartialDateFormField

FIELDS_OF = {rule.id: rule.fields for rule in CHANGE_RULES}
HALF = "Give a status in between together with its date."
PLACES = ("first", "second")
IN_BETWEEN = [("", "Nothing in between"), *((status.value, status.label) for status in list(SHORT.values())[1:])]


class InBetweenForm(forms.Form):
    """Up to two statuses that were never entered before a new one, each with its date: `interim`."""

    first_status = forms.ChoiceField(label="First in between", choices=IN_BETWEEN, required=False)
    first_since = PartialDateFormField(label="Since (first)", required=False)
    second_status = forms.ChoiceField(label="Then", choices=IN_BETWEEN, required=False)
    second_since = PartialDateFormField(label="Since (then)", required=False)

    def clean(self):
        cleaned = super().clean()
        pairs = {place: (cleaned.get(f"{place}_status"), cleaned.get(f"{place}_since")) for place in PLACES}
        halves = {place: status for place, (status, since) in pairs.items() if bool(status) != bool(since)}
        for place, status in halves.items() if not self.errors else ():
            self.add_error(f"{place}_{'since' if status else 'status'}", HALF)
        cleaned["interim"] = [(status, since) for status, since in pairs.values() if status and since]
        return cleaned

    @property
    def asks_between(self) -> bool:
        """Whether the fields for what lay in between are worth opening."""
        names = [f"{place}_{part}" for place in PLACES for part in ("status", "since")]
        return any(self[name].value() for name in names) or any(name in self.errors for name in names)


class StatusForm(InBetweenForm):
    """The new status, since when, what was in between, and why. What may follow is told by the transition table."""

    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Since")
    why = forms.CharField(
        label="Why",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when the change is dated back by more than 30 days, and for a correction.",
    )
    accept_warnings = forms.BooleanField(label="Yes, this is what happened", required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("to", "effective_on")

    def __init__(self, *args, site, authority: Authority, **kwargs):
        super().__init__(*args, initial={"version": site.version} | kwargs.pop("initial", {}), **kwargs)
        offered = self.offered(site, authority)
        self.fields["to"].choices = [("", "Choose"), *((status.value, status.label) for status in offered)]

    def offered(self, site, authority: Authority) -> list[SiteStatus]:
        return next_statuses(site, authority)

    def begin_again(self, site) -> None:
        """Keep what was typed, and begin from the site's present version."""
        self.data = self.data.copy()
        self.data["version"] = str(site.version)
        self._errors = ErrorDict()

    @property
    def asked_status(self) -> str:
        """The new status in words, whether or not it may still follow."""
        return dict(SiteStatus.choices).get(self["to"].value(), "")

    @property
    def asked_since(self) -> str:
        """The date in words; as it was typed when it is none."""
        typed = str(self["effective_on"].value() or "")
        try:
            return self.fields["effective_on"].read(typed).in_words()
        except ValueError:
            return typed

    @property
    def asked(self) -> dict:
        """What was typed, in the words of the services; for a valid form."""
        said = {name: self.cleaned_data[name] for name in ("to", "effective_on", "accept_warnings", "version")}
        return said | {"reason": self.cleaned_data["why"]}

    def refuse(self, error: forms.ValidationError) -> None:
        """Put a service's refusals beside the fields that they are about; warnings offer to be accepted."""
        for message in error.error_list:
            names = [
                {"reason": "why", "interim": "first_status"}.get(name, name) for name in FIELDS_OF.get(message.code, ())
            ]
            self.add_error(next((name for name in names if name in self.fields), None), message)
        if any(message.code in ASKING for message in error.error_list):
            self.fields["accept_warnings"].widget = forms.CheckboxInput()


class FacilityFields(forms.Form):
    """What a hospital is called and where it lies."""

    name = forms.CharField(label="Name", max_length=500, error_messages={"required": "Give the hospital’s name."})
    city = forms.CharField(label="City", max_length=200, required=False)
    state = forms.CharField(label="State or region", max_length=200, required=False)
    zip = forms.CharField(label="Postal code", max_length=40, required=False)
    country = forms.CharField(label="Country", max_length=100, error_messages={"required": "Give the country."})


class CorrectionForm(StatusForm):
    """What an entry should have said."""

    first_status = first_since = second_status = second_since = None

    def offered(self, site, authority: Authority) -> list[SiteStatus]:
        return list(SHORT.values())[1:]


ASKING = frozenset({"unusual-change-is-meant"})
