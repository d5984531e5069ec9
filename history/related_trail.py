"""Trail entries of a row and its related rows, including deleted ones, with keys resolved to names."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet, Subquery

from history import trail as reading
from history.authorship import actor_names
from history.trail import Change, Entry, RowKey, trail_of


class RelatedEntry(NamedTuple):
    """An Entry and the label of its row; `related_label` is "" for the row itself."""

    when: datetime
    related_label: str
    entry: Entry


def trail_with_related(
    instance: Model,
    related_models: dict[type[Model], str],
    *,
    without: Collection[str] = (),
    only: Callable[[QuerySet], QuerySet] = QuerySet.all,
    limit: int = 500,
) -> list[RelatedEntry]:
    """Entries of the row and of related rows ({model: name of its foreign key}), newest first, at most `limit`.

    A row without a trail of its own (a user) has only those of related rows. `without` are columns of the row to omit;
    `only` filters the trails of related models. Two queries for each related model.
    """
    own = trail_of(instance, without=without, limit=limit) if hasattr(instance, "trail_model") else []
    entries = [RelatedEntry(entry.when, "", entry) for entry in own]
    for model, key in related_models.items():
        entries += _related_entries(model, key, instance, only, limit)
    return sorted(entries, key=lambda related_entry: (related_entry.when, related_entry.entry.id), reverse=True)[:limit]


def with_personal_values(entries: list[RelatedEntry], instance: Model, *, limit: int = 500) -> list[RelatedEntry]:
    """The entries with the changes of the row's erasable values, newest first.

    Changes of both trails by one statement are one entry.
    """
    by_write = {
        (related_entry.when, related_entry.entry.actor, related_entry.entry.action): related_entry
        for related_entry in entries
        if not related_entry.related_label
    }
    added = []
    for entry in trail_of(instance, trail=type(instance).values_model, limit=limit):
        related_entry = by_write.get((entry.when, entry.actor, entry.action))
        if related_entry:
            related_entry.entry.changes.extend(entry.changes)
        elif entry.changes:
            added.append(RelatedEntry(entry.when, "", entry))
    return sorted([*entries, *added], key=lambda related_entry: related_entry.when, reverse=True)[:limit]


def _related_entries(model: type[Model], key: str, parent: Model, only, limit: int) -> list[RelatedEntry]:
    trail = model.trail_model.objects
    before = trail.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    rows = only(trail.filter(**{key: parent.pk})).exclude(pgh_label="found").order_by("-pgh_id")
    rows = list(rows.select_related("pgh_context").annotate(before=Subquery(before.values("pgh_id")[:1]))[:limit])
    earlier = trail.in_bulk([row.before for row in rows if row.before])
    return [
        RelatedEntry(
            row.pgh_created_at,
            _caption(model, row, key, parent),
            _entry_without_parent(row, earlier.get(row.before), key),
        )
        for row in rows
    ]


def _entry_without_parent(row, earlier, key: str) -> Entry:
    """The entry without the foreign key to the parent."""
    entry = reading.entry_of(row, earlier)
    parent = str(row.pgh_tracked_model._meta.get_field(key).verbose_name)
    return replace(entry, changes=[change for change in entry.changes if change.field != parent])


def _caption(model: type[Model], row, key: str, parent: Model) -> str:
    """The label of the related row at that time."""
    names = {field.attname for field in reading.trail_fields(model)}
    related_row = model(**{name: getattr(row, name) for name in names})
    setattr(related_row, key, parent)
    return f"{model._meta.verbose_name} “{related_row}”"


_ACTOR = re.compile(r"user:[0-9]{1,18}")


def resolve_names(entries: Iterable[RelatedEntry], user) -> list[RelatedEntry]:
    """The entries with keys of rows and users replaced by names.

    A row that is deleted or hidden from the user stays a number. One query for each model, one for users.
    """
    entries = list(entries)
    resolve = _name_resolver(entries, user)
    return [
        related_entry._replace(
            entry=replace(related_entry.entry, changes=_resolve_changes(related_entry.entry.changes, resolve))
        )
        for related_entry in entries
    ]


def _name_resolver(entries: list[RelatedEntry], user) -> Callable[[Any], Any]:
    values = [
        value
        for related_entry in entries
        for change in related_entry.entry.changes
        for value in (change.old, change.new)
    ]
    actors = actor_names({value for value in values if isinstance(value, str) and _ACTOR.fullmatch(value)})
    rows = _row_names([value for value in values if isinstance(value, RowKey)], user)

    def resolve(value: Any) -> Any:
        if isinstance(value, RowKey):
            return rows.get((value.model, int(value)), f"Number {int(value)}")
        return actors.get(value, value) if isinstance(value, str) else value

    return resolve


def _row_names(keys: list[RowKey], user) -> dict[tuple[type[Model], int], str]:
    ids_by_model = defaultdict(set)
    for key in keys:
        ids_by_model[key.model].add(int(key))
    return {
        (model, pk): str(row)
        for model, ids in ids_by_model.items()
        for pk, row in _visible_rows(user, model).in_bulk(ids).items()
    }


def _visible_rows(user, model: type[Model]):
    """Rows visible to the user, with the related rows that __str__ needs."""
    rows = model._default_manager.select_related()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def _resolve_changes(changes: list[Change], resolve: Callable[[Any], Any]) -> list[Change]:
    return [Change(change.field, resolve(change.old), resolve(change.new)) for change in changes]
