"""Form fields for query parameters of pages and the API: strict formats, as described in the API's schema."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.datetime_parsing import DATE, parse_rfc3339

HOW_TO_WRITE_A_DAY = "Write a day as 2026-01-15."
_DAY = re.compile(DATE)


class _ParsedField(forms.CharField):
    """A text that `read` converts; its ValueError becomes a ValidationError."""

    def __init__(self, **kwargs):
        super().__init__(strip=False, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return self.read(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class Rfc3339DateTimeField(_ParsedField):
    """A datetime in UTC; without an offset in the installation's time zone."""

    def read(self, text: str):
        return parse_rfc3339(text, zone=timezone.get_current_timezone())


class DayField(_ParsedField):
    """A date, `2026-01-15`."""

    def read(self, text: str) -> date:
        if not _DAY.fullmatch(text):
            raise ValueError(HOW_TO_WRITE_A_DAY)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text} is not in the calendar. {HOW_TO_WRITE_A_DAY}") from None
