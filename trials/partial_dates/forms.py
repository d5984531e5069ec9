"""How people type a partial date: as plain text, because a calendar widget would force a day on them."""

from django import forms
from django.core.exceptions import ValidationError

from trials.partial_dates.value import PartialDate

HELP_TEXT = "A year, a month or a day, as far as it is known: 2026, 2026-01 or 2026-01-15."


class PartialDateFormField(forms.CharField):
    """Gives a PartialDate, or None when nothing was written."""

    def __init__(self, **kwargs):
        kwargs["help_text"] = kwargs.get("help_text") or HELP_TEXT
        super().__init__(**kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return PartialDate(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def widget_attrs(self, widget):
        typing_aids = {"placeholder": "yyyy-mm-dd", "autocomplete": "off", "inputmode": "text"}
        return super().widget_attrs(widget) | typing_aids
