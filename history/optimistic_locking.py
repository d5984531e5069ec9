"""Optimistic locking: an editable row has a version, and an edit names the version it started from."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver

from history.triggers import SharedTrigger


class StaleVersion(Exception):  # noqa: N818 (a state of affairs, not a mistake)
    """The row was changed since the edit began; `current` is the current row."""

    def __init__(self, current: "Versioned"):
        super().__init__(f"{current} was changed meanwhile: it is at version {current.version}.")
        self.current = current


class Versioned(models.Model):
    """Abstract model with a `version` that the database increments on every change of the row.

    Values assigned to `version` are ignored, so a saved instance must be refreshed to read its version.
    """

    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def lock_at_version(cls, pk, version: int) -> Self:
        """The row, locked until the end of the transaction; StaleVersion when it has another version."""
        current = cls._base_manager.select_for_update(of=("self",)).get(pk=pk)
        if current.version != version:
            raise StaleVersion(current)
        return current


@receiver(class_prepared)
def _register_version_trigger(sender, **kwargs) -> None:
    """Registers the trigger of each subclass; Meta.triggers would be lost in a subclass with its own Meta."""
    if issubclass(sender, Versioned) and not sender._meta.abstract and not sender._meta.proxy:
        _version_bump().register(sender)


def _version_bump() -> SharedTrigger:
    """Named so that it runs after other BEFORE triggers, which fire in the order of their names."""
    return SharedTrigger(
        name="version_bump", function="history_bump_version", when=pgtrigger.Before, operation=pgtrigger.Update
    )
