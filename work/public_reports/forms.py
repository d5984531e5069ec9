"""The form on which visitors report a problem with a trial's page."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Role
from sites.models import TrialSite
from work.models import MESSAGE_LENGTH, ReportedFault

#: Maximum number of contacts shown as radio buttons; more are shown in a drop-down list.
AS_RADIOS = 12


def _faults() -> list[tuple[str, str]]:
    return [(value, gettext(label)) for value, label in ReportedFault.choices]


class ReportForm(forms.Form):
    """A report about a trial or a site, and one of the public `contacts` there.

    `website` is a honeypot field: hidden, filled in by bots only.
    """

    fault = forms.ChoiceField(label=_("What is wrong?"), choices=_faults, widget=forms.RadioSelect)
    who = forms.ChoiceField(label=_("Which contact?"), required=False, help_text=_("Only if a contact is wrong."))
    message = forms.CharField(
        label=_("What should it say?"),
        required=False,
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Do not include personal health information."),
    )
    email = forms.EmailField(
        label=_("Your e-mail (optional), in case we have a question"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Erased when your report is closed, after 90 days at the latest. Not published."),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, site: TrialSite | None, contact: Role | None, contacts: Sequence[Role] = (), **kwargs):
        super().__init__(*args, initial={"fault": ReportedFault.CONTACT if contact else ""}, **kwargs)
        self.contacts = {str(role.pk): role for role in contacts}
        if not contact:
            self.fields["fault"].choices = [choice for choice in _faults() if site or choice[0] != "PLACE"]
        if contact or not contacts:
            del self.fields["who"]
        else:
            names = [(key, role.person.title) for key, role in self.contacts.items()]
            if len(names) <= AS_RADIOS:
                self.fields["who"].widget = forms.RadioSelect()
            self.fields["who"].choices = [("", _("Unknown, or none of these")), *names]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("fault") == ReportedFault.OTHER and not cleaned.get("message", "").strip():
            self.add_error("message", _("Describe what is wrong."))
        return cleaned

    @property
    def is_spam(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def contact(self) -> Role | None:
        """The chosen contact, or the only one; None unless the report is about a contact. For a valid form."""
        if self.cleaned_data["fault"] != ReportedFault.CONTACT:
            return None
        only = next(iter(self.contacts.values())) if len(self.contacts) == 1 else None
        return self.contacts.get(self.cleaned_data.get("who", ""), only)

    @property
    def report_data(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].strip() for name in ("fault", "message", "email")}
