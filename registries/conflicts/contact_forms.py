"""Form of a contact list that resolves a conflict: the contacts of both sides, editable, and new ones."""

from collections.abc import Sequence
from typing import Any

from django import forms

from common.person_names import is_same_name
from contacts.choices import ContactRole, OfficialRole
from contacts.models import Person
from contacts.services import validate_person_values
from history.forms import AuditedModelForm

MAX_CONTACTS = 100
BLANK_CHOICE = [("", "Not given")]
KEY_BY_COLUMN = {"phone_ext": "phoneExt"}
COLUMN_BY_KEY = {key: column for column, key in KEY_BY_COLUMN.items()}


class ContactEntryForm(forms.Form):
    """A contact; field names are the record's keys. Unchanged fields keep their exact text and are not validated."""

    name = forms.CharField(label="Name or function", max_length=500, required=False)

    def full_clean(self):
        for name in self.base_fields:
            if not self.is_field_changed(name):
                self.fields[name].validators = []
        super().full_clean()

    def clean(self):
        cleaned = super().clean()
        if "DELETE" in self.changed_data or any(map(self.is_field_changed, self.base_fields)):
            try:
                validate_person_values(
                    self.person, changed={COLUMN_BY_KEY.get(name, name) for name in self.changed_fields}
                )
            except forms.ValidationError as error:
                for name, messages in error.message_dict.items():
                    self.add_error(KEY_BY_COLUMN.get(name, name), messages)
        return cleaned

    @property
    def changed_fields(self) -> list[str]:
        return [name for name in self.base_fields if self.is_field_changed(name)]

    @property
    def person(self) -> Person:
        return Person(name=self.cleaned_data.get("name", ""))

    @property
    def record_value(self) -> dict[str, str]:
        """The entry without blank fields; empty when at most the role is given."""
        values = {name: text for name in self.base_fields if (text := self._text(name))}
        return values if values.keys() - {"role"} else {}

    def is_field_changed(self, name: str) -> bool:
        """Whether the words differ from the initial ones; spaces do not count, as browsers may change them."""
        return _split_words(self[name].value()) != _split_words(self[name].initial)

    def _text(self, name: str) -> str:
        return str(self[name].value() or "").strip() if self.is_field_changed(name) else self[name].initial or ""


class ContactForm(ContactEntryForm):
    role = forms.ChoiceField(label="Role", choices=[*BLANK_CHOICE, *ContactRole.choices], required=False)
    phone = forms.CharField(label="Phone", max_length=100, required=False)
    phoneExt = forms.CharField(label="Extension", max_length=40, required=False)  # noqa: N815 (a record's key)
    email = forms.CharField(label="E-mail", max_length=320, required=False)

    @property
    def person(self) -> Person:
        values = {name: self.cleaned_data.get(name, "") for name in ("name", "phone", "email")}
        return Person(phone_ext=self.cleaned_data.get("phoneExt", ""), **values)


class OfficialForm(ContactEntryForm):
    affiliation = forms.CharField(label="Affiliation", max_length=500, required=False)
    role = forms.ChoiceField(label="Role", choices=[*BLANK_CHOICE, *OfficialRole.choices], required=False)


class ContactListFormSet(forms.BaseFormSet):
    """The new list, in order."""

    deletion_widget = forms.CheckboxInput

    def __init__(self, *args, ours: Sequence[dict], theirs: Sequence[dict], **kwargs):
        self.ours, self.theirs = ours, theirs
        super().__init__(*args, initial=initial_entries(ours, theirs), prefix="people", **kwargs)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Remove"
        if index is not None and index >= self.initial_form_count() and "phone" in form.fields:
            form.fields["role"].initial = ContactRole.CONTACT

    @property
    def labelled_forms(self) -> list[tuple[forms.Form, str]]:
        """(form, source of its values)."""
        return [(form, self._source_label(form)) for form in self]

    def _source_label(self, form) -> str:
        is_ours, is_theirs = form.record_value in self.ours, form.record_value in self.theirs
        if is_ours and is_theirs:
            return "In both"
        if is_ours or is_theirs:
            return "Local value" if is_ours else "Registry value"
        return "Edited" if form.record_value else "New contact"

    @property
    def record_value(self) -> list[dict[str, str]]:
        return [form.record_value for form in self if form.record_value and form not in self.deleted_forms]


def initial_entries(ours: Sequence[dict], theirs: Sequence[dict]) -> list[dict[str, Any]]:
    """Our contacts, then those only in the registry; the latter are marked for removal if ours has the same name."""
    return [*ours, *({**entry, "DELETE": _has_same_name(entry, ours)} for entry in theirs if entry not in ours)]


def _has_same_name(entry: dict, others: Sequence[dict]) -> bool:
    name = entry.get("name", "")
    return any(name == other.get("name", "") or is_same_name(name, other.get("name", "")) for other in others)


def _split_words(text: str | None) -> list[str]:
    return (text or "").split()


class ReasonForm(forms.Form):
    why = AuditedModelForm.base_fields["why"]
