"""Redaction of trails: the only allowed change of a trail, for the erasure of a person from texts of others.

Enforced by the database (history/migrations): while a transaction sets a pattern, a trail row may only be updated by
replacing the pattern's matches with REDACTED; otherwise trails are append-only. The newest event of an existing row is
not redacted here but through the row itself, so that the trail still reproduces the table.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Substr
from django.db.models.lookups import IRegex

#: Replacement of redacted text, also used by the SQL functions of the migration.
REDACTED = "[erased]"
ALL = Q()
_ESCAPES = r"\\[nrt]"
_LOOKAROUND = re.compile(r"\(\?<?!(?:\\.|\[[^]]*\]|[^()\\])*+\)")


@contextmanager
def redaction_context(pattern: str) -> Iterator[None]:
    """Allow the redaction of trails in this block's transaction. `pattern` is a regular expression valid in both
    PostgreSQL and Python, matched without case.
    """
    with transaction.atomic():
        _set_pattern(pattern)
        yield
        _set_pattern("")


def _set_pattern(pattern: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sitelight.black_out', %s, true)", [pattern])


def matching_rows_q(model: type[models.Model], names: Collection[str], pattern: str) -> Q:
    """Filter for rows with a match in one of the columns (text, lists of texts or JSON).

    First without lookarounds, which are slow in PostgreSQL and rarely needed.
    """
    condition = Q()
    for name in names:
        text = _as_text(model._meta.get_field(name))
        condition |= Q(IRegex(text, Value(_LOOKAROUND.sub("", pattern)))) & Q(IRegex(text, Value(pattern)))
    return condition


def redacted_values(model: type[models.Model], names: Collection[str], pattern: str) -> dict[str, Func]:
    """Arguments of `update`: these columns with the matches replaced, at any depth of JSON."""
    return {name: _redacted_value(model._meta.get_field(name), pattern) for name in names}


def _redacted_value(field: models.Field, pattern: str) -> Func:
    """Truncated to the column's length: REDACTED may be longer than a name."""
    text = Func(F(field.name), Value(pattern), function=_function_for(field), output_field=field)
    return Substr(text, 1, field.max_length) if field.max_length else text


def superseded_events(
    model: type[models.Model], names: Collection[str], pattern: str, *, within: Q = ALL
) -> list[QuerySet]:
    """Matching events of the model's trails that are not current: superseded by a later event, or of deleted rows.

    Without objects whose current row still matches; `within` filters the trails. One queryset for each trail with one
    of the columns.
    """
    current_rows = model._base_manager.filter(
        matching_rows_q(model, names, pattern), pk=OuterRef("pgh_obj_id")
    ).order_by()
    return [
        _superseded(trail, fields, pattern, current_rows).filter(within)
        for trail, fields in trails_with_fields(model, names)
    ]


def redact_events(model: type[models.Model], names: Collection[str], pattern: str, *, within: Q = ALL) -> int:
    """Redact superseded events; returns their number. Must run inside `redaction_context`."""
    rows = superseded_events(model, names, pattern, within=within)
    return sum(
        queryset.update(**redacted_values(queryset.model, _fields_in_trail(queryset.model, names), pattern))
        for queryset in rows
    )


def _superseded(trail, names: Collection[str], pattern: str, current_rows: QuerySet) -> QuerySet:
    later = trail.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    is_past = Q(Exists(later)) | Q(pgh_label="delete")
    return trail.objects.filter(matching_rows_q(trail, names, pattern), is_past, ~Exists(current_rows))


def trails_with_fields(model: type[models.Model], names: Collection[str]) -> Iterator[tuple[type, list[str]]]:
    """The model's trails (including that of erasable values) with the subset of these columns that each has."""
    for trail in _trail_models(model):
        if fields := _fields_in_trail(trail, names):
            yield trail, fields


def _trail_models(model) -> list[type]:
    values = getattr(model, "values_trail", None)
    return [*filter(None, [getattr(model, "trail_model", None), values and values.rel.related_model])]


def _fields_in_trail(trail, names: Collection[str]) -> list[str]:
    present = {field.name for field in trail._meta.local_fields}
    return [name for name in names if name in present]


def _as_text(field):
    """The column as text; escaped line breaks in JSON become spaces, so that word boundaries match."""
    text = Cast(F(field.name), TextField())
    if isinstance(field, models.JSONField):
        return Func(text, Value(_ESCAPES), Value(" "), Value("g"), function="regexp_replace", output_field=TextField())
    return text


def _function_for(field) -> str:
    if isinstance(field, models.JSONField):
        return "history_blacked_out_json"
    return "history_blacked_out_list" if isinstance(field, ArrayField) else "history_blacked_out"
