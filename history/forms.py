"""Forms of tracked models: a reason for change, and unchanged fields that keep their stored value."""

from django import forms

from history.edit_conflicts import initial_values, submitted_values

CONFLICT_PARAM = "_conflict"
REJECTED_PARAM = "_refused"
EDIT_CONFLICT_MESSAGE = (
    "Not saved yet: somebody else changed this record. Your entries are kept below, beside theirs. "
    "Compare and save again."
)


class PreserveUnchangedMixin:
    """Keeps the exact stored value of a field that is submitted unchanged.

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
        submitted = self.data.getlist(self.add_prefix(name)) if hasattr(self.data, "getlist") else None
        return (
            is_column
            and submitted is not None
            and submitted_values(self.fields[name], submitted) == initial_values(self, name)
        )


class AuditedModelForm(PreserveUnchangedMixin, forms.ModelForm):
    """Form of an admin page. `why` is stored in the audit trail with every change of the request."""

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
    """Form with a required reason, for changes of access."""

    why = forms.CharField(
        label="Reason for change",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Saved in the audit trail.",
    )


class AuditedInlineForm(PreserveUnchangedMixin, forms.ModelForm):
    """Form of an inline row."""
