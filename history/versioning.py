"""No lost update: a row that people edit knows its version, and an edit says which version it began from."""

from typing import Self

from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver

from history.triggers import version_bump


class StaleVersion(Exception):  # noqa: N818 (a state of affairs, not a mistake)
    """Somebody else has changed the row since the edit began; `current` is the row as it is now."""

    def __init__(self, current: "Versioned"):
        super().__init__(f"{current} was changed meanwhile: it is at version {current.version}.")
        self.current = current


class Versioned(models.Model):
    """A row whose `version` the database raises by one whenever anything in it changes, whoever changes it.

    What a writer puts into `version` is ignored, so an instance just saved must be refreshed to know its own.
    """

    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def lock_at_version(cls, pk, version: int) -> Self:
        """The row, locked until the transaction ends; StaleVersion when it is not at `version` any more."""
        current = cls._base_manager.select_for_update(of=("self",)).get(pk=pk)
        if current.version != version:
            raise StaleVersion(current)
        return current


@receiver(class_prepared)
def _register_version_trigger(sender, **kwargs) -> None:
    """Not by Meta.triggers: a subclass with a Meta of its own would quietly lose them."""
    if issubclass(sender, Versioned) and not sender._meta.abstract and not sender._meta.proxy:
        version_bump().register(sender)
