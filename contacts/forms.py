"""The forms of people: their values, a role's place and days, who takes over."""

from django import forms
from django.core.exceptions import ValidationError

from common import dates
from common.forms import day_field
from common.number_fields import VersionField
from contacts.choices import ContactRole, OfficialRole, RoleKind
from contacts.models import PERSONAL, Person
from contacts.role_places import RolePlaceChoices
from history.forms import PreserveUnchangedMixin

PUBLIC_FIELDS = ("name", "phone", "phone_ext", "email")
PHONE_HELP = "With the country code where possible, for example +33 4 00 00 00 00."
PHONE_FIELDS = ("phone", "mobile")
PRIVATE_FIELDS = ("mobile", "private_email", "notes")


class ServiceErrorsMixin:
    """A service's refusal as the form's own errors; what is about no field of it stands on top."""

    def refuse(self, error: ValidationError) -> None:
        for field, messages in (error.message_dict if hasattr(error, "error_dict") else {"": error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)


class ValuesForm(ServiceErrorsMixin, PreserveUnchangedMixin, forms.ModelForm):
    """What is known of a person. The rules of contacts are the service's."""

    class Meta:
        model = Person
        fields = PERSONAL
        widgets = {name: forms.TextInput(attrs={"autocomplete": "off"}) for name in PERSONAL}
        widgets |= {name: forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}) for name in PHONE_FIELDS}
        widgets |= {"notes": forms.Textarea(attrs={"rows": 4})}
        labels = {"name": "Name or function", "phone_ext": "Extension", "mobile": "Mobile"}
        help_texts = dict.fromkeys(PERSONAL, "") | {"phone": PHONE_HELP}

    @property
    def public(self):
        return [self[name] for name in PUBLIC_FIELDS]

    @property
    def private(self):
        return [self[name] for name in PRIVATE_FIELDS]

    def _post_clean(self):
        """The service checks the values, of the row as it is then."""


class PlaceForm(ServiceErrorsMixin, forms.Form):
    """A role at one of a trial's places."""

    place = forms.ChoiceField(label="Where")
    role = forms.ChoiceField(label="As what", choices=ContactRole.choices, initial=ContactRole.CONTACT)
    starts_on = day_field("From", help_text="Leave it empty when it has been so for long.")
    ends_on = day_field("To", help_text="The first day on which it no longer holds.")

    def __init__(self, *args, places: RolePlaceChoices, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["place"].choices = [("", "Choose a place"), *places.choices]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("place") == RoleKind.OFFICIAL and cleaned.get("role") not in OfficialRole.values:
            self.add_error("role", "An official is a chair, a director or an investigator.")
        return cleaned

    def role_kwargs(self) -> dict:
        """The role as `give_role` takes it."""
        said = {name: self.cleaned_data[name] for name in ("role", "starts_on", "ends_on")}
        place = self.cleaned_data["place"]
        if place.isdigit():
            return said | {"kind": RoleKind.SITE_CONTACT, "trial_site": self.places.trial.trial_sites.get(pk=place)}
        return said | {"kind": place, "trial": self.places.trial}


class EndForm(ServiceErrorsMixin, forms.Form):
    """The day on which a role ends, at the version that was seen."""

    ends_on = day_field("Ends on", help_text="The first day on which it no longer holds.", required=True)
    version = VersionField()


class ReplacementForm(ServiceErrorsMixin, forms.Form):
    """Which of somebody's roles go over to somebody else, and from when."""

    on = day_field(
        "From", help_text="On this day the new person is the contact; the day before is the last of the old."
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].required = True
        self.fields["on"].initial = dates.today()


class ErasureForm(ServiceErrorsMixin, forms.Form):
    """Which entries go, and the word that is typed so that it is not pressed by mistake.

    `also` are the other entries that are ticked, `offered` those that the page showed.
    """

    CONFIRMATION = "erase"
    also = forms.MultipleChoiceField(required=False)
    offered = forms.MultipleChoiceField(required=False)
    typed = forms.CharField(
        label=f"Type “{CONFIRMATION}” to confirm",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": f"Type the word “{CONFIRMATION}”."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Kept with who and when. Do not name the person.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why, without naming the person."},
    )
    redact_texts = forms.BooleanField(
        label="Also black out these texts",
        help_text="Where a text or its history names the person, it says “[erased]” instead; the rest of it stays. "
        "What is to be mended by hand is not touched.",
        required=False,
    )

    def __init__(self, *args, mentions, matches=(), **kwargs):
        """`naming`: the texts; None for whoever may not black them out. Ticked unless somebody has the same name.

        `matches`: the other entries; those that a record cannot tell from the person are ticked.
        """
        super().__init__(*args, **kwargs)
        self.matches = matches
        ids = [(str(match.person.pk), match.person.title) for match in matches]
        self.fields["also"].choices = self.fields["offered"].choices = ids
        if mentions is None or not mentions.can_be_redacted:
            del self.fields["redact_texts"]
        else:
            self.fields["redact_texts"].initial = not mentions.has_namesake

    @property
    def text_fields(self):
        """What is typed; the entries are chosen in a table."""
        return [self[name] for name in self.fields if name not in ("also", "offered")]

    @property
    def match_choices(self):
        """(match, whether it is ticked) of each other entry."""
        ticked = self.data.getlist("also") if self.is_bound else []
        return [
            (match, str(match.person.pk) in ticked if self.is_bound else match.is_certain) for match in self.matches
        ]

    def clean(self):
        """An entry that came while the page was read is shown before anything is erased."""
        cleaned = super().clean()
        seen = set(self.data.getlist("offered"))
        if any(match.is_certain and str(match.person.pk) not in seen for match in self.matches):
            self.add_error(None, "Choose which of the entries below are the same person. Nothing is erased yet.")
        return cleaned

    def clean_typed(self):
        typed = self.cleaned_data["typed"].strip().casefold()
        if typed != self.CONFIRMATION:
            raise forms.ValidationError(f"Type the word “{self.CONFIRMATION}”.")
        return typed
