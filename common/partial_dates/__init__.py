"""Partial dates in models: the field, its filters and its constraint.

start_date = PartialDateField("start date", blank=True)
constraints = [partial_date_constraint("start_date", name="trial_dates_in_calendar")]
Trial.objects.filter(start_date__from="2026-01", start_date__until="2026-06")
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models

from common.partial_dates.forms import PartialDateFormField
from common.partial_dates.value import HOW_TO_WRITE, PATTERN, PartialDate, compare_at_coarser

__all__ = ["PartialDate", "PartialDateField", "compare_at_coarser", "partial_date_constraint"]

_FIXED_OPTIONS = {"max_length": 10, "db_collation": "C", "null": True}


class PartialDateField(models.CharField):
    """A PartialDate stored as text, ordered by bytes; NULL when unknown."""

    description = "A date of known precision"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | _FIXED_OPTIONS)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {key: kwargs[key] for key in kwargs if key not in _FIXED_OPTIONS}

    def from_db_value(self, value, expression, connection):
        return value if value is None else PartialDate.trusted(value)

    def to_python(self, value):
        try:
            return _partial_date_or_none(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def get_prep_value(self, value):
        """Plain text for the driver. ValueError for an invalid partial date."""
        if hasattr(value, "resolve_expression"):
            return value
        known = _partial_date_or_none(value)
        return known if known is None else str(known)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PartialDateFormField, "max_length": None} | kwargs)


def _partial_date_or_none(value: str | date | None) -> PartialDate | None:
    """A PartialDate of a text or a date. ValueError for a datetime, whose time would be lost."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return PartialDate(value.isoformat())
    return PartialDate(value)


class _IntervalLookup(models.Lookup):
    """Comparison with a partial date by text comparisons that an index on the column supports."""

    def get_prep_lookup(self):
        partial_date = _partial_date_or_none(self.rhs)
        if partial_date is None:
            raise ValueError(HOW_TO_WRITE)
        return partial_date


@PartialDateField.register_lookup
class From(_IntervalLookup):
    """Dates that may be on or after the first day of the given date: 2026-01 matches "from 2026-01-15"."""

    lookup_name = "from"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        day = self.rhs.first_day.isoformat()
        sql = f"({column} >= %s OR {column} IN (%s, %s))"
        return sql, [*params, day, *params, day[:4], day[:7]]


@PartialDateField.register_lookup
class Until(_IntervalLookup):
    """Dates that may be on or before the last day of the given date."""

    lookup_name = "until"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} <= %s", [*params, self.rhs.last_day.isoformat()]


def partial_date_constraint(*field_names: str, name: str) -> models.CheckConstraint:
    """Check constraint that rejects any text that is no partial date, such as 2025-02-29. NULL is allowed."""
    in_calendar = models.Q(*((f"{field}__regex", PATTERN) for field in field_names))
    return models.CheckConstraint(condition=in_calendar, name=name, violation_error_message=HOW_TO_WRITE)
