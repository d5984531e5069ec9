"""Forms of contacts: values, roles, replacement and erasure."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from common import dates
from common.form_fields import VersionField, day_field
from contacts.choices import ContactRole, OfficialRole, RoleKind
from contacts.models import PERSONAL_FIELDS, Person, site_label
from history.forms import PreserveUnchangedMixin
from sites.models import TrialSite
from trials.models import Trial
from trials.text_search import trial_key

PUBLIC_FIELDS = ("name", "phone", "phone_ext", "email")
PHONE_HELP = "With the country code where possible, for example +33 4 00 00 00 00."
PHONE_FIELDS = ("phone", "mobile")
PRIVATE_FIELDS = ("mobile", "private_email", "notes")
MAX_TRIAL_CHOICES, MAX_SITE_CHOICES = 100, 2000
MAX_LISTED_TRIALS = 20


class ServiceErrorsMixin:
    """Adds a service's ValidationError to the form; errors of unknown fields become non-field errors."""

    def refuse(self, error: ValidationError) -> None:
        for field, messages in (error.message_dict if hasattr(error, "error_dict") else {"": error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)


class PersonForm(ServiceErrorsMixin, PreserveUnchangedMixin, forms.ModelForm):
    """A contact's values; the service checks the rules of contacts."""

    class Meta:
        model = Person
        fields = PERSONAL_FIELDS
        widgets = {name: forms.TextInput(attrs={"autocomplete": "off"}) for name in PERSONAL_FIELDS}
        widgets |= {name: forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}) for name in PHONE_FIELDS}
        widgets |= {"notes": forms.Textarea(attrs={"rows": 4})}
        labels = {"name": "Name or job title", "phone_ext": "Extension", "mobile": "Mobile"}
        help_texts = dict.fromkeys(PERSONAL_FIELDS, "") | {"phone": PHONE_HELP}

    @property
    def public(self):
        return [self[name] for name in PUBLIC_FIELDS]

    @property
    def private(self):
        return [self[name] for name in PRIVATE_FIELDS]

    def _post_clean(self):
        """Skips model validation: the service checks the values of the locked row."""


@dataclass(frozen=True)
class RolePlaceChoices:
    """`trial_key` is the requested key; `trial` the user's trial with that key, or None."""

    trial_key: str
    trial: Trial | None
    trials: list[Trial]
    choices: list[tuple[str, str]]

    @property
    def shows_trial_list(self) -> bool:
        """Whether the trial is chosen from a list instead of a text field."""
        return 0 < len(self.trials) <= MAX_LISTED_TRIALS


def role_place_choices(user, key: str) -> RolePlaceChoices:
    """Two queries without a key, four with one."""
    trials = _trials_of(user)
    trial = trials.first_by_key(trial_key(key)) if key.strip() else None
    listed = list(trials.order_by("nct_id", "pk").only("nct_id", "org_study_id", "acronym")[:MAX_TRIAL_CHOICES])
    if trial is None and not key.strip() and len(listed) == 1:
        trial = listed[0]
    return RolePlaceChoices(key, trial, listed, _choices(user, trial) if trial else [])


def _trials_of(user):
    """The trials that the user may edit, or of which the user may edit a site."""
    sites = TrialSite.objects.editable_by(user).values("trial")
    return (
        Trial.objects.all()
        if user.is_administrator
        else Trial.objects.filter(pk__in=sites) | _fully_editable_trials(user)
    )


def _fully_editable_trials(user):
    return Trial.objects.filter(pk__in=Trial.objects.editable_by(user).values("pk"))


def _choices(user, trial: Trial) -> list[tuple[str, str]]:
    choices = []
    if _fully_editable_trials(user).filter(pk=trial.pk).exists():
        choices = [
            (RoleKind.CENTRAL_CONTACT.value, "The whole trial: central contact"),
            (RoleKind.OFFICIAL.value, "The whole trial: study official"),
        ]
    sites = TrialSite.objects.editable_by(user).filter(trial=trial).select_related("facility")
    return choices + [
        (str(site.pk), site_label(site)) for site in sites.order_by("facility__name", "pk")[:MAX_SITE_CHOICES]
    ]


class RoleForm(ServiceErrorsMixin, forms.Form):
    """A role for the whole trial or at one of its sites."""

    place = forms.ChoiceField(label="Site or trial")
    role = forms.ChoiceField(label="Role", choices=ContactRole.choices, initial=ContactRole.CONTACT)
    starts_on = day_field("First day", help_text="Optional. Leave blank if unknown.")
    ends_before = day_field("End date", help_text="Optional. The first day without the role.")

    def __init__(self, *args, places: RolePlaceChoices, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["place"].choices = [("", "Choose a site or the whole trial"), *places.choices]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("place") == RoleKind.OFFICIAL and cleaned.get("role") not in OfficialRole.values:
            self.add_error(
                "role", "A study official must be a chair, a director or an investigator. Choose one of them."
            )
        return cleaned

    def role_kwargs(self) -> dict:
        """The keyword arguments of `give_role`."""
        values = {name: self.cleaned_data[name] for name in ("role", "starts_on", "ends_before")}
        place = self.cleaned_data["place"]
        if place.isdigit():
            return values | {"kind": RoleKind.SITE_CONTACT, "trial_site": self.places.trial.trial_sites.get(pk=place)}
        return values | {"kind": place, "trial": self.places.trial}


class RoleEndForm(ServiceErrorsMixin, forms.Form):
    """The end date of a role, with the role's version when the form was shown."""

    ends_before = day_field("End date", help_text="The first day without the role.", required=True)
    version = VersionField()


class ReplacementForm(ServiceErrorsMixin, forms.Form):
    """The day from which another contact holds the selected roles, and the form's key."""

    on = day_field("First day for the new contact", help_text="The previous contact's last day is the day before.")
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].required = True
        self.fields["on"].initial = dates.today()


class ErasureForm(ServiceErrorsMixin, forms.Form):
    """The contacts to erase, the reason, and a word to type as confirmation.

    `also` are the other contacts that are selected, `offered` those that the page showed.
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
        help_text="Saved in the audit trail with your name and the date. Do not name the person.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter a reason without naming the person."},
    )
    redact_texts = forms.BooleanField(
        label="Also redact these texts",
        help_text="Where a text or its history mentions the person, “[erased]” replaces the mention. Texts marked "
        "“Edit by hand” are not changed.",
        required=False,
    )

    def __init__(self, *args, mentions, matches=(), **kwargs):
        """`mentions`: texts that mention the person, or None for users who may not redact; `matches`: other contacts.

        Redaction is selected unless another contact has the same name; certain matches are selected.
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
        """The fields below the table of contacts."""
        return [self[name] for name in self.fields if name not in ("also", "offered")]

    @property
    def match_choices(self):
        """(match, whether it is selected) of each other contact."""
        selected = self.data.getlist("also") if self.is_bound else []
        return [
            (match, str(match.person.pk) in selected if self.is_bound else match.is_certain) for match in self.matches
        ]

    def clean(self):
        """An error when a certain match was not on the page that was sent."""
        cleaned = super().clean()
        offered = set(self.data.getlist("offered"))
        if any(match.is_certain and str(match.person.pk) not in offered for match in self.matches):
            self.add_error(None, "Nothing is erased yet. Select the contacts below that are the same person.")
        return cleaned

    def clean_typed(self):
        typed = self.cleaned_data["typed"].strip().casefold()
        if typed != self.CONFIRMATION:
            raise forms.ValidationError(f"Type the word “{self.CONFIRMATION}”.")
        return typed
