"""Forms of rows that have a trail: they ask why, and leave alone what nobody touched."""

from django import forms

from history.edit_conflicts import initial_values, submitted_values

CONFLICT_PARAM = "_conflict"
REJECTED_PARAM = "_refused"
EDIT_CONFLICT_MESSAGE = "Somebody else changed this while you were editing. Compare below, then save again."


class PreserveUnchangedMixin:
    """A field that comes back as it was shown keeps its stored value to the letter.

    Browsers send \\r\\n for a line break and Django strips blanks; without this, saving one field would change others.
    """

    def clean(self):
        cleaned = super().clean()
        cleaned = self.cleaned_data if cleaned is None else cleaned
        for name, value in list(cleaned.items()):
            if self.instance.pk and self._is_unchanged(name):
                cleaned[name] = getattr(self.instance, name)
            elif isinstance(value, str) and type(value) is str:
                cleaned[name] = value.replace("\r\n", "\n").replace("\r", "\n")
        return cleaned

    def _is_unchanged(self, name: str) -> bool:
        is_column = name in {field.name for field in self._meta.model._meta.concrete_fields}
        came = self.data.getlist(self.add_prefix(name)) if hasattr(self.data, "getlist") else None
        return (
            is_column and came is not None and submitted_values(self.fields[name], came) == initial_values(self, name)
        )


class AuditedModelForm(PreserveUnchangedMixin, forms.ModelForm):
    """The form of a page in the admin. `why` goes into the trail beside every change that the page makes."""

    why = forms.CharField(
        label="Reason for change (optional)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Saved in the audit trail.",
    )

    def clean(self):
        cleaned = super().clean()
        if CONFLICT_PARAM in self.data:
            self.add_error(None, EDIT_CONFLICT_MESSAGE)
        if REJECTED_PARAM in self.data:
            self.add_error(None, self.data[REJECTED_PARAM])
        return cleaned


class ReasonRequiredForm(AuditedModelForm):
    """Nothing is saved without a reason: for what somebody may do."""

    why = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept in the history with who and when.",
    )


class AuditedInlineForm(PreserveUnchangedMixin, forms.ModelForm):
    """A row of an inline list."""
