"""The decorator that gives a model an audit trail.

    @tracked(exclude=["search_text"])
    class Trial(models.Model): ...

gives the model `TrialTrail` (`Trial.trail_model`) in the table `trials_trial_trail`, reached by `trial.trail`, and
rejects every write without an author. Exclude derived columns; erasable (personal) columns have a trail of their own.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

import pghistory
import pgtrigger
from django.db import connection, models, transaction

from history import triggers
from history.models import DetachedTrailRow, TrailRow
from history.trigger_registry import use_indexed_registry

_EVENTS = ("insert", "update", "delete", "found")

use_indexed_registry()  # before the first trigger is registered


def tracked(
    *,
    exclude: Collection[str] = (),
    fields: Collection[str] | None = None,
    erasable: Collection[str] = (),
    secret: Collection[str] = (),
    authorless: Collection[str] = (),
    key: str = "",
) -> Callable[[type], type]:
    """Class decorator. The trail stores `fields` (default: all) without `exclude` and `erasable`, and always the key.

    `erasable` columns (personal values) have a trail of their own, `<Model>Values`, reached by `instance.values_trail`:
    the same writes add to it, nothing alters it, but its rows may be deleted when a person is erased.

    A change of other columns needs an author too; it leaves no event, or one of the version column where there is one:
    who changed something and when, but not what. Generated columns are never stored.

    `secret` columns (password hashes, seeds) are compared and never stored: the event says that one of them changed.
    `authorless` columns (the last sign-in) may change without an author and without an event. `key` identifies rows
    where the primary key is secret.

    A table of another package is tracked by a proxy of its model that belongs to one of our apps.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        key_name = key or model._meta.pk.name
        if erasable:
            for trigger in _register_values_trail(model, erasable, key_name):
                trigger.register(model)
        untracked = {*exclude, *erasable, *secret, *authorless}
        model.trail_model = trail = _make_trail_model(
            model, _tracked_fields(model, untracked, fields, key_name), key_name, secret
        )
        for trigger in _triggers(model, trail, authorless):
            trigger.register(model)
        return model

    return decorate


@contextmanager
def without_insert_events() -> Iterator[None]:
    """Inserts in the block write no events, for a caller that stores what it inserted elsewhere.

    Atomic. Updates and deletes still write events, and an author is required.
    """
    with transaction.atomic():
        before = _set_bulk_insert("on")
        yield
        _set_bulk_insert(before)


def _set_bulk_insert(state: str) -> str:
    """Set until the end of the transaction; returns the former value."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('sitelight.bulk_insert', true), set_config('sitelight.bulk_insert', %s, true)",
            [state],
        )
        return cursor.fetchone()[0] or ""


def _tracked_fields(model, exclude, fields, key_name: str) -> list[str]:
    known = {field.name: field for field in model._meta.concrete_fields}
    unknown = {*exclude, *(fields or ())} - known.keys()
    if unknown:
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}.")
    selected = set(known if fields is None else fields) - set(exclude) | {key_name}
    return [name for name in known if name in selected and not isinstance(known[name], models.GeneratedField)]


def _make_trail_model(model, fields: list[str], key_name: str, secret: Collection[str]) -> type[TrailRow]:
    guards = [triggers.append_only(), triggers.no_truncate()]
    return _event_model(model, fields, "Trail", "trail", guards, key_name, secret)


def _make_values_model(model, fields: list[str], key_name: str) -> type[TrailRow]:
    return _event_model(model, fields, "Values", "values_trail", [_never_altered()], key_name)


def _event_model(
    model, fields: list[str], suffix: str, relation: str, guards: list, key_name: str, secret: Collection[str] = ()
) -> type[TrailRow]:
    meta = model._meta
    is_attached = key_name == meta.pk.name and not meta.concrete_model._meta.auto_created
    reference = pghistory.ObjForeignKey(related_name=relation, related_query_name=relation, db_index=True)
    trail = pghistory.create_event_model(
        model,
        *(pghistory.ManualEvent(f"{relation}.{label}") for label in _EVENTS),
        fields=fields,
        base_model=TrailRow if is_attached else DetachedTrailRow,
        obj_field=reference if is_attached else None,
        context_field=None,
        append_only=False,
        model_name=f"{meta.object_name}{suffix}",
        app_label=meta.app_label,
        attrs={"secret_changed": models.BooleanField("secret changed", default=False)} if secret else None,
        meta={
            "db_table": f"{meta.app_label}_{meta.model_name}_{suffix.lower()}",
            "verbose_name": f"{suffix.lower()} of {meta.verbose_name}",
            "verbose_name_plural": f"{suffix.lower()} of {meta.verbose_name_plural}",
            "default_permissions": ("view",),
            "triggers": guards,
        },
        abstract=False,
    )
    trail.key_column = meta.get_field(key_name).column
    trail.key_cast = "" if is_attached else "::text"
    trail.secret_columns = [meta.get_field(name).column for name in secret]
    return trail


def _triggers(model, trail, authorless: Collection[str]):
    with_author = [field.column for field in model._meta.concrete_fields if field.name not in authorless]
    yield _author_required(with_author if authorless else ())
    yield triggers.no_truncate()
    yield _key_is_immutable(model)
    yield triggers.TrailInsertTrigger(trail)
    yield triggers.TrailUpdateTrigger(trail)
    yield triggers.TrailDeleteTrigger(trail)


def _register_values_trail(model, erasable: Collection[str], key_name: str):
    model.values_model = values = _make_values_model(model, _tracked_fields(model, (), erasable, key_name), key_name)
    for trigger_class in (triggers.TrailInsertTrigger, triggers.TrailUpdateTrigger, triggers.TrailDeleteTrigger):
        yield trigger_class(values, name=f"{trigger_class.name}_values")


def _author_required(columns: Sequence[str] = ()) -> triggers.SharedTrigger:
    """`columns`: only an update that sets one of these (any) needs an author."""
    update = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    return triggers.SharedTrigger(
        name="author_required",
        function="history_require_author",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | update | pgtrigger.Delete,
    )


def _never_altered() -> triggers.SharedTrigger:
    """Rows may be deleted (erasure of a person), never updated."""
    return triggers.SharedTrigger(
        name="never_altered", function="history_refuse_change", when=pgtrigger.Before, operation=pgtrigger.Update
    )


def _key_is_immutable(model: type[models.Model]) -> triggers.SharedTrigger:
    """Prevents a change of the primary key, which would detach the row from its trail."""
    key = model._meta.pk
    return triggers.SharedTrigger(
        name="key_stays",
        function="history_refuse_new_key",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(key.column),
        condition=pgtrigger.Condition(f'OLD."{key.column}" IS DISTINCT FROM NEW."{key.column}"'),
    )
