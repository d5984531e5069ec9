"""Reads trails: the history of one row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Field, Model
from django.utils.formats import date_format
from django.utils.timezone import localtime

CHANGED = "Changed"
#: Format of datetimes in histories, with the time zone.
DATETIME_FORMAT = "j F Y, H:i T"
_NOT_SHOWN = {"version"}


class RowKey(int):
    """The primary key of a row of another table, with its model."""

    model: type[Model]

    @classmethod
    def from_field(cls, field: Field, value: int) -> "RowKey":
        key = cls(value)
        key.model = field.remote_field.model
        return key


class Change(NamedTuple):
    """A change of one field, by its verbose name; values as shown to users, None for blank."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Entry:
    """One event of a row. `action` is insert, update or delete; `id` is the cursor of the next page."""

    id: int
    when: datetime
    actor: str
    reason: str
    action: str
    changes: list[Change]


def trail_of(
    instance: Model,
    *,
    before: int | None = None,
    without: Collection[str] = (),
    limit: int = 50,
    trail: type[Model] | None = None,
) -> list[Entry]:
    """The events of the row, newest first, at most `limit`; `before` is the Entry id that a further page begins after.

    One query. Personal columns are not in the trail. `without` are columns to omit; an update of only such columns is
    omitted with its reason. `trail` defaults to the model's trail; pass that of its erasable values otherwise.
    """
    rows = (trail or type(instance).trail_model).objects.filter(pgh_obj_id=instance.pk).order_by("-pgh_id")
    if before is not None:
        rows = rows.filter(pgh_id__lt=before)
    page = list(rows.select_related("pgh_context")[: limit + 1])
    pairs = zip(page, [*page[1:], None], strict=False)
    entries = [entry_of(row, earlier, without) for row, earlier in pairs if row.pgh_label != "found"][:limit]
    return [entry for entry in entries if entry.changes or entry.action != "update" or not without]


def entry_of(row, earlier, without: Collection[str] = ()) -> Entry:
    """A trail row compared with the row before it (None for the first)."""
    context = row.pgh_context
    return Entry(
        id=row.pgh_id,
        when=row.pgh_created_at,
        actor=context.actor if context else "",
        reason=context.reason if context else "",
        action=row.pgh_label,
        changes=_changes(row, earlier, without),
    )


def _changes(row, earlier, without: Collection[str]) -> list[Change]:
    if row.pgh_label == "delete":
        return []
    pairs = ((field, _value(earlier, field), _value(row, field)) for field in _shown_fields(row, without))
    changes = [
        Change(str(field.verbose_name), _format_value(field, old), _format_value(field, new))
        for field, old, new in pairs
        if old != new
    ]
    if getattr(row, "secret_changed", False):
        changes.append(Change(_secret_labels(row), None, CHANGED))
    return changes


def _secret_labels(row) -> str:
    """The verbose names of the secret columns."""
    columns = {field.column: str(field.verbose_name) for field in row.pgh_tracked_model._meta.concrete_fields}
    return " or ".join(columns[column] for column in row.secret_columns)


def _value(row, field: Field) -> Any:
    """The value, with None for blank text and empty lists."""
    value = getattr(row, field.attname) if row else None
    return None if value in ("", [], {}) else value


def _format_value(field: Field, value: Any) -> Any:
    """A code by its label, a list by its items, a yes or no as such, another row by its key (see `resolve_names`)."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return date_format(localtime(value), DATETIME_FORMAT)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if hasattr(value, "as_text"):  # a partial date
        return value.as_text()
    if field.is_relation and isinstance(value, int):
        return RowKey.from_field(field, value)
    if isinstance(value, dict):
        return _object_text(field, value)
    if isinstance(value, list):
        item = getattr(field, "base_field", field)
        separator = "; " if any(isinstance(item_value, dict) for item_value in value) else ", "
        return separator.join(str(_format_value(item, item_value)) for item_value in value)
    return dict(field.flatchoices).get(value, value) if field.flatchoices else value


def _object_text(field: Field, value: Mapping[str, Any]) -> str:
    """The values of a JSON object, without `id` when there are others."""
    parts = {name: part for name, part in value.items() if part not in (None, "", [], {})}
    named = {name: part for name, part in parts.items() if name != "id"} or parts
    return ", ".join(str(_format_value(field, part)) for part in named.values())


def _shown_fields(row, without: Collection[str]) -> list[Field]:
    tracked_fields = _fields_in(type(row), row.pgh_tracked_model)
    return [field for field in tracked_fields if not field.primary_key and field.name not in {*_NOT_SHOWN, *without}]


def trail_fields(model: type[Model]) -> list[Field]:
    """The model's fields that its trail stores."""
    return _fields_in(model.trail_model, model)


def _fields_in(trail: type[Model], model: type[Model]) -> list[Field]:
    in_trail = {field.name for field in trail._meta.local_fields}
    return [field for field in model._meta.concrete_fields if field.name in in_trail]
