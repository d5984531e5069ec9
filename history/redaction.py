"""Blacking out: the one change that a trail takes, so that a person can be erased from what others wrote.

The database does it (migration 0002): while a transaction names a pattern, a row of a trail may become what it was with
the pattern's hits replaced by `MARK`, and nothing else; without one the trail is append-only as ever. The newest row of
what still stands is left to the row itself, so that the trail goes on telling the table.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Left
from django.db.models.lookups import IRegex

#: What stands where something was blacked out; the migration's functions write it.
REDACTED = "[erased]"
ALL = Q()
_ESCAPES = r"\\[nrt]"
_LOOKAROUND = re.compile(r"\(\?<?!(?:\\.|\[[^]]*\]|[^()\\])*+\)")


@contextmanager
def redaction_context(pattern: str) -> Iterator[None]:
    """In this block's transaction the trails take what `blacked_out` makes of them. `pattern` is a regular expression
    that PostgreSQL and Python both read alike, compared without case."""
    with transaction.atomic():
        _set_pattern(pattern)
        yield
        _set_pattern("")


def _set_pattern(pattern: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sitelight.black_out', %s, true)", [pattern])


def matching_rows_q(model: type[models.Model], names: Collection[str], pattern: str) -> Q:
    """Rows in one of whose columns (text, lists of texts or JSON) the pattern is found.

    First without looking around, which costs PostgreSQL many times as much and is seldom needed.
    """
    found = Q()
    for name in names:
        text = _as_text(model._meta.get_field(name))
        found |= Q(IRegex(text, Value(_LOOKAROUND.sub("", pattern)))) & Q(IRegex(text, Value(pattern)))
    return found


def redacted_values(model: type[models.Model], names: Collection[str], pattern: str) -> dict[str, Func]:
    """For `update`: these columns with the hits replaced, at any depth of JSON."""
    return {name: _redacted_value(model._meta.get_field(name), pattern) for name in names}


def _redacted_value(field: models.Field, pattern: str) -> Func:
    """As long as the column takes it: the mark may be longer than a name."""
    text = Func(F(field.name), Value(pattern), function=_function_for(field), output_field=field)
    return Left(text, field.max_length) if field.max_length else text


def superseded_events(
    model: type[models.Model], names: Collection[str], pattern: str, *, within: Q = ALL
) -> list[QuerySet]:
    """What the model's trails keep beside what stands now: rows that a later one follows, and what was deleted.

    Only of objects that do not say it any more, and `within` of the trails; one queryset for each trail that keeps one
    of the columns.
    """
    standing = model._base_manager.filter(matching_rows_q(model, names, pattern), pk=OuterRef("pgh_obj_id")).order_by()
    return [
        _superseded(trail, kept, pattern, standing).filter(within) for trail, kept in trails_with_fields(model, names)
    ]


def redact_events(model: type[models.Model], names: Collection[str], pattern: str, *, within: Q = ALL) -> int:
    """Replace the hits in the trails' former rows; gives in how many. Inside `blacking_out`."""
    rows = superseded_events(model, names, pattern, within=within)
    return sum(one.update(**redacted_values(one.model, _fields_in_trail(one.model, names), pattern)) for one in rows)


def _superseded(trail, names: Collection[str], pattern: str, current_rows: QuerySet) -> QuerySet:
    later = trail.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    is_past = Q(Exists(later)) | Q(pgh_label="delete")
    return trail.objects.filter(matching_rows_q(trail, names, pattern), is_past, ~Exists(current_rows))


def trails_with_fields(model: type[models.Model], names: Collection[str]) -> Iterator[tuple[type, list[str]]]:
    """The model's trails (that of its personal values, too) that keep some of these columns, and which."""
    for trail in _trail_models(model):
        if kept := _fields_in_trail(trail, names):
            yield trail, kept


def _trail_models(model) -> list[type]:
    values = getattr(model, "values_trail", None)
    return [*filter(None, [getattr(model, "trail_model", None), values and values.rel.related_model])]


def _fields_in_trail(trail, names: Collection[str]) -> list[str]:
    present = {field.name for field in trail._meta.local_fields}
    return [name for name in names if name in present]


def _as_text(field):
    """JSON writes the end of a line in letters, which would hide where a word begins."""
    text = Cast(F(field.name), TextField())
    if isinstance(field, models.JSONField):
        return Func(text, Value(_ESCAPES), Value(" "), Value("g"), function="regexp_replace", output_field=TextField())
    return text


def _function_for(field) -> str:
    if isinstance(field, models.JSONField):
        return "history_blacked_out_json"
    return "history_blacked_out_list" if isinstance(field, ArrayField) else "history_blacked_out"
