"""What somebody from outside can say of a trial's page."""

from collections.abc import Sequence

from django import forms

from contacts.models import Role
from sites.models import TrialSite
from work.choices import ReportedFault
from work.models.reports import MESSAGE_LENGTH

#: So many contacts are shown in full; more in a list that unfolds.
AS_RADIOS = 12


class ReportForm(forms.Form):
    """About a trial, or a site of it, and one of the `contacts` that are shown there.

    `website` is a trap: no person sees it.
    """

    fault = forms.ChoiceField(label="What is wrong?", choices=ReportedFault, widget=forms.RadioSelect)
    who = forms.ChoiceField(label="Which contact?", required=False, help_text="Only if a contact is wrong.")
    message = forms.CharField(
        label="What would be right?",
        required=False,
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Please nothing about your own health.",
    )
    email = forms.EmailField(
        label="Your e-mail, if we may ask you",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Erased once your report is dealt with, after 90 days at the latest. Never published.",
    )
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, site: TrialSite | None, contact: Role | None, contacts: Sequence[Role] = (), **kwargs):
        super().__init__(*args, initial={"fault": ReportedFault.CONTACT if contact else ""}, **kwargs)
        self.contacts = {str(role.pk): role for role in contacts}
        if not contact:
            self.fields["fault"].choices = [one for one in ReportedFault.choices if site or one[0] != "PLACE"]
        if contact or not contacts:
            del self.fields["who"]
        else:
            names = [(key, role.person.title) for key, role in self.contacts.items()]
            if len(names) <= AS_RADIOS:
                self.fields["who"].widget = forms.RadioSelect()
            self.fields["who"].choices = [("", "Not known, or none of these"), *names]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("fault") == ReportedFault.OTHER and not cleaned.get("message", "").strip():
            self.add_error("message", "Say what is wrong.")
        return cleaned

    @property
    def is_spam(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def contact(self) -> Role | None:
        """The contact that was chosen, or the only one there is; for a valid form about a wrong contact."""
        if self.cleaned_data["fault"] != ReportedFault.CONTACT:
            return None
        only = next(iter(self.contacts.values())) if len(self.contacts) == 1 else None
        return self.contacts.get(self.cleaned_data.get("who", ""), only)

    @property
    def report_data(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].strip() for name in ("fault", "message", "email")}
