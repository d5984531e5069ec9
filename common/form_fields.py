"""Form fields: ISO days and RFC 3339 datetimes, numbers in ASCII digits, short texts, lists of texts and of codes.

`int`, `float` and `str.isdigit` also accept other scripts, superscripts, underscores, blanks and plus signs.
"""

import re
from datetime import UTC, date, datetime, tzinfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from common.partial_dates.forms import DayFormField

HOW_TO_WRITE_A_DATETIME = (
    "Write a date and time as 2026-01-15T09:30:00Z, or with an offset: 2026-01-15T09:30:00+01:00 (+ as %2B)."
)

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])"
_DATETIME = re.compile(f"(?P<date>{DATE})(?:[Tt ](?P<time>{TIME})(?P<offset>{OFFSET})?)?")


def parse_rfc3339(text: str, *, zone: tzinfo) -> datetime:
    """The datetime in UTC of such as `2026-01-15T09:30:00+01:00`. ValueError with a message for the user.

    Offsets are limited to ±15:59, as in PostgreSQL. Without an offset the time is in `zone`; without a time it is
    midnight.
    """
    match = _DATETIME.fullmatch(text)
    if not match:
        raise ValueError(HOW_TO_WRITE_A_DATETIME)
    day, time, offset = match.group("date", "time", "offset")
    try:
        parsed = datetime.fromisoformat(f"{day}T{_truncate_to_microseconds(time or '00:00')}{(offset or '').upper()}")
        return (parsed if offset else parsed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is not in the calendar. {HOW_TO_WRITE_A_DATETIME}") from None


def _truncate_to_microseconds(time: str) -> str:
    """Truncate the fraction of seconds to microseconds."""
    seconds, point, fraction = time.partition(".")
    return f"{seconds}{point}{fraction[:6]}"


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


class ShortTextarea(forms.Textarea):
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
