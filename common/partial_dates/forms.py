"""Form fields for dates. A partial date is a text input, because a date picker would require a full date.

`static/js/dates.js` shows beside such a field how the server parses it, and adds a date picker.
"""

from django import forms
from django.core.exceptions import ValidationError

from common import dates
from common.date_parsing import parse_date, parse_day
from common.partial_dates.value import PartialDate

HELP_TEXT = "A year, a month or a full date, as far as it is known: 2026, Nov 2026 or 15 Nov 2026."
ISO_HELP_TEXT = "A year, a month or a day: 2026, 2026-01 or 2026-01-15."
_INPUT_ATTRS = {"autocomplete": "off", "inputmode": "text", "data-date": "partial"}


class PartialDateFormField(forms.CharField):
    """Cleans to a PartialDate, or None for a blank."""

    def __init__(self, **kwargs):
        kwargs["help_text"] = kwargs.get("help_text") or HELP_TEXT
        super().__init__(**kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return self.read(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def read(self, text: str) -> PartialDate:
        """The parsed date. ValueError with a message for the user."""
        return PartialDate(parse_date(text, day_first=dates.day_first()))

    def has_changed(self, initial, data) -> bool:
        """The same date in another notation is no change."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return super().has_changed(initial, data)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | _INPUT_ATTRS


class IsoPartialDateFormField(PartialDateFormField):
    """For query parameters and the API: ISO text only."""

    def __init__(self, **kwargs):
        super().__init__(**{"help_text": ISO_HELP_TEXT} | kwargs)

    def read(self, text: str) -> PartialDate:
        return PartialDate(text)

    def widget_attrs(self, widget):
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "data-date"}


class DayFormField(forms.DateField):
    """Cleans to a `date`. Accepts the browser's date picker and text in other notations."""

    def to_python(self, value):
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return parse_day(value, day_first=dates.day_first())
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None
