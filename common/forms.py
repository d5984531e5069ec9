"""Shared form fields: short texts, lists of texts and of codes, dates."""

from django import forms

from common.partial_dates.forms import DayFormField


class ShortText(forms.Textarea):
    """A growing one-line textarea: a text input would drop line breaks that some records have."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 1, "class": "short-text"} | (attrs or {}))


class LinesField(forms.CharField):
    """A list of texts, one per line; blank lines are ignored."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "lines"})

    def __init__(self, **kwargs):
        kwargs["help_text"] = kwargs.get("help_text") or "One per line."
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        text = super().to_python(value)
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial, data) -> bool:
        return self.to_python(self.prepare_value(initial) or "") != self.to_python(data or "")


class CodeCheckboxesField(forms.TypedMultipleChoiceField):
    """A list of codes as checkboxes, in the order of the choices."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value) -> list[str]:
        selected = super().clean(value)
        return [code for code, _ in self.choices if code in selected]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


def day_field(label: str, *, help_text: str = "", required: bool = False) -> DayFormField:
    return DayFormField(label=label, widget=DayInput(), help_text=help_text, required=required)
