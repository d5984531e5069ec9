"""Keeping a model's trail.

    @tracked(exclude=["search_text"])
    class Trial(models.Model): ...

gives the model `TrialTrail` (`Trial.trail_model`) in the table `trials_trial_trail`, reached by `trial.trail`, and
refuses every write that nobody signs. Leave out what only repeats other columns; what must be erasable (anything
personal) is kept apart.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import pghistory
from django.db import connection, models, transaction

from history import triggers
from history.models import TrailRow

_EVENTS = ("insert", "update", "delete", "found")


def tracked(
    *, exclude: Collection[str] = (), fields: Collection[str] | None = None, erasable: Collection[str] = ()
) -> Callable[[type], type]:
    """Class decorator. The trail keeps `fields` (all, unless said), neither `exclude` nor `erasable`, always the key.

    `erasable` columns (personal values) have a trail of their own, `<Model>Values`, reached by `instance.values_trail`:
    the same writes add to it, nothing alters it, but its rows may be deleted when a person is erased.

    A change to other columns needs an author too, and leaves no trail, or only that the version rose where there is
    one: who changed something and when, but not what. Generated columns are never kept.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        if erasable:
            for trigger in _kept_apart(model, erasable):
                trigger.register(model)
        model.trail_model = trail = _trail_of(model, _kept_fields(model, {*exclude, *erasable}, fields))
        for trigger in _triggers(model, trail):
            trigger.register(model)
        return model

    return decorate


@contextmanager
def untraced_inserts() -> Iterator[None]:
    """Rows inserted in the block leave no trail, for a caller who keeps what it inserted elsewhere.

    Atomic. Updates and deletes are kept as ever, and an author is still needed.
    """
    with transaction.atomic():
        before = _set_bulk_insert("on")
        yield
        _set_bulk_insert(before)


def _set_bulk_insert(state: str) -> str:
    """Until the end of the transaction; gives what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('sitelight.bulk_insert', true), set_config('sitelight.bulk_insert', %s, true)",
            [state],
        )
        return cursor.fetchone()[0] or ""


def _kept_fields(model, exclude, fields) -> list[str]:
    known = {field.name: field for field in model._meta.local_fields}
    unknown = {*exclude, *(fields or ())} - known.keys()
    if unknown:
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}.")
    wanted = set(known if fields is None else fields) - set(exclude) | {model._meta.pk.name}
    return [name for name in known if name in wanted and not isinstance(known[name], models.GeneratedField)]


def _trail_of(model, fields: list[str]) -> type[TrailRow]:
    return _event_model(model, fields, "Trail", "trail", [triggers.append_only(), triggers.no_truncate()])


def _values_trail_of(model, fields: list[str]) -> type[TrailRow]:
    return _event_model(model, fields, "Values", "values_trail", [triggers.never_altered()])


def _event_model(model, fields: list[str], suffix: str, relation: str, guards: list) -> type[TrailRow]:
    meta = model._meta
    return pghistory.create_event_model(
        model,
        *(pghistory.ManualEvent(f"{relation}.{label}") for label in _EVENTS),
        fields=fields,
        base_model=TrailRow,
        obj_field=pghistory.ObjForeignKey(related_name=relation, related_query_name=relation, db_index=True),
        context_field=None,
        append_only=False,
        model_name=f"{meta.object_name}{suffix}",
        meta={
            "db_table": f"{meta.app_label}_{meta.model_name}_{suffix.lower()}",
            "verbose_name": f"{suffix.lower()} of {meta.verbose_name}",
            "verbose_name_plural": f"{suffix.lower()} of {meta.verbose_name_plural}",
            "default_permissions": ("view",),
            "triggers": guards,
        },
        abstract=False,
    )


def _triggers(model, trail):
    yield triggers.author_required()
    yield triggers.no_truncate()
    yield triggers.key_stays(model)
    yield triggers.KeepInserts(trail)
    yield triggers.KeepUpdates(trail)
    yield triggers.KeepDeletes(trail)


def _kept_apart(model, erasable: Collection[str]):
    values = _values_trail_of(model, _kept_fields(model, (), erasable))
    for keep in (triggers.KeepInserts, triggers.KeepUpdates, triggers.KeepDeletes):
        yield keep(values, name=f"{keep.name}_values")
