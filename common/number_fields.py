"""Form fields for numbers of digits 0 to 9: `int` and `float` also take other scripts, underscores and plus signs."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
LOAD_AGAIN = "This form is not complete. Load the page again."


class _StrictSpelling:
    """Blanks around a number are ignored; any other text than `spelling` is invalid."""

    spelling: re.Pattern

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip()
            if value and not self.spelling.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class StrictIntegerField(_StrictSpelling, forms.IntegerField):
    spelling = _INTEGER


class StrictFloatField(_StrictSpelling, forms.FloatField):
    """A number as JSON writes it."""

    spelling = _NUMBER


class VersionField(StrictIntegerField):
    """The version of a row that the page showed (history/versioning.py)."""

    widget = forms.HiddenInput
    default_error_messages = {"required": LOAD_AGAIN, "invalid": LOAD_AGAIN}


def strict_form_class(column: models.Field) -> type[forms.Field] | None:
    """The form field of a column of whole or decimal numbers; None for other columns."""
    if isinstance(column, models.IntegerField):
        return StrictIntegerField
    return StrictFloatField if isinstance(column, models.FloatField) else None
