"""Integers and floats in ASCII digits: a parser for query parameters, and form fields.

`int`, `float` and `str.isdigit` also accept other scripts, superscripts, underscores, blanks and plus signs.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

MAX_KEY_DIGITS = 18  # each fits into a bigint


def parse_whole_number(text: str) -> int | None:
    """The integer of one to eighteen ASCII digits; None for any other text.

    `int` and `str.isdigit` also accept digits of other scripts, superscripts, signs, blanks and underscores.
    """
    is_valid = text.isascii() and text.isdigit() and len(text) <= MAX_KEY_DIGITS
    return int(text) if is_valid else None


_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
LOAD_AGAIN = "This form is incomplete. Reload the page."


class _StrictPattern:
    """Surrounding blanks are ignored; a text that does not match `pattern` is invalid."""

    pattern: re.Pattern

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip()
            if value and not self.pattern.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class StrictIntegerField(_StrictPattern, forms.IntegerField):
    pattern = _INTEGER


class StrictFloatField(_StrictPattern, forms.FloatField):
    """A number in JSON notation."""

    pattern = _NUMBER


class VersionField(StrictIntegerField):
    """The version of the row shown on the page (history/optimistic_locking.py)."""

    widget = forms.HiddenInput
    default_error_messages = {"required": LOAD_AGAIN, "invalid": LOAD_AGAIN}


def strict_form_class(column: models.Field) -> type[forms.Field] | None:
    """The form field class of an integer or float column; None for other columns."""
    if isinstance(column, models.IntegerField):
        return StrictIntegerField
    return StrictFloatField if isinstance(column, models.FloatField) else None
