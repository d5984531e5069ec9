"""Reading the trail of what belongs to a row: the entries of its lists, those deleted since included.

The rows and people that a trail names by number or key, by the words that people know them by.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet, Subquery

from history import trail as reading
from history.actor_names import actor_names
from history.trail import Change, Entry, RowKey, trail_of


class RelatedEntry(NamedTuple):
    """An Entry and what it happened to; `part` is "" for the row itself."""

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
    """What happened to the row and to its parts ({model: name of its foreign key}), newest first, at most `limit`.
    A row without a trail of its own (a user) has that of its parts.

    A row without a trail of its own has its parts' only. `without` are columns of the row that are not told; `only`
    narrows the trails of the parts. Two queries for each kind of part.
    """
    own = trail_of(instance, without=without, limit=limit) if hasattr(instance, "trail_model") else []
    entries = [RelatedEntry(entry.when, "", entry) for entry in own]
    for model, key in related_models.items():
        entries += _related_entries(model, key, instance, only, limit)
    return sorted(entries, key=lambda told: (told.when, told.entry.id), reverse=True)[:limit]


def with_personal_values(entries: list[RelatedEntry], instance: Model, *, limit: int = 500) -> list[RelatedEntry]:
    """The same entries, and what became of the row's erasable values, for those who may read these; newest first.

    One statement that changed columns of both kinds is one entry.
    """
    by_write = {(told.when, told.entry.actor, told.entry.action): told for told in entries if not told.related_label}
    added = []
    for entry in trail_of(instance, trail=type(instance).values_model, limit=limit):
        told = by_write.get((entry.when, entry.actor, entry.action))
        if told:
            told.entry.changes.extend(entry.changes)
        elif entry.changes:
            added.append(RelatedEntry(entry.when, "", entry))
    return sorted([*entries, *added], key=lambda told: told.when, reverse=True)[:limit]


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
    """Without the column that says whose part it is: the page says so."""
    entry = reading.entry_of(row, earlier)
    parent = str(row.pgh_tracked_model._meta.get_field(key).verbose_name)
    return replace(entry, changes=[change for change in entry.changes if change.field != parent])


def _caption(model: type[Model], row, key: str, parent: Model) -> str:
    """The part as it was, by its own name."""
    names = {field.attname for field in reading.trail_fields(model)}
    part = model(**{name: getattr(row, name) for name in names})
    setattr(part, key, parent)
    return f"{model._meta.verbose_name} “{part}”"


_ACTOR = re.compile(r"user:[0-9]{1,18}")


def resolve_names(entries: Iterable[RelatedEntry], user) -> list[RelatedEntry]:
    """The same entries, their values in words.

    A row that is gone, or that the user may not see, stays a number. One query for each kind of row, one for users.
    """
    entries = list(entries)
    words = _name_resolver(entries, user)
    return [
        one._replace(entry=replace(one.entry, changes=_resolve_changes(one.entry.changes, words))) for one in entries
    ]


def _name_resolver(entries: list[RelatedEntry], user) -> Callable[[Any], Any]:
    values = [value for one in entries for change in one.entry.changes for value in (change.old, change.new)]
    actors = actor_names({value for value in values if isinstance(value, str) and _ACTOR.fullmatch(value)})
    rows = _row_names([value for value in values if isinstance(value, RowKey)], user)

    def words(value: Any) -> Any:
        if isinstance(value, RowKey):
            return rows.get((value.model, int(value)), f"Number {int(value)}")
        return actors.get(value, value) if isinstance(value, str) else value

    return words


def _row_names(keys: list[RowKey], user) -> dict[tuple[type[Model], int], str]:
    wanted = defaultdict(set)
    for key in keys:
        wanted[key.model].add(int(key))
    return {
        (model, pk): str(row)
        for model, ids in wanted.items()
        for pk, row in _visible_rows(user, model).in_bulk(ids).items()
    }


def _visible_rows(user, model: type[Model]):
    """With what a row's own words are made of: the rows that it must have."""
    rows = model._default_manager.select_related()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def _resolve_changes(changes: list[Change], resolve: Callable[[Any], Any]) -> list[Change]:
    return [Change(change.field, resolve(change.old), resolve(change.new)) for change in changes]
