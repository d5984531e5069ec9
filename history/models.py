"""What every trail shares: the row of a trail, and the context that says who, why and by which request."""

import pghistory.models
from django.db import models

from history.triggers import append_only, no_truncate


class Context(pghistory.models.Context):
    """Who wrote, why, by which page. One row for each signed block of work that changed something; never altered."""

    class Meta:
        proxy = True
        triggers = [append_only(), no_truncate()]

    def __str__(self) -> str:
        return f"{self.actor}: {self.reason}" if self.reason else self.actor

    @property
    def actor(self) -> str:
        return self.metadata.get("actor", "")

    @property
    def reason(self) -> str:
        return self.metadata.get("reason", "")


class TrailRow(pghistory.models.Event):
    """A tracked row as it stood after a change (`insert`, `update`), before its end (`delete`) or when first changed
    after arriving by the bulk road (`found`). `pgh_id` orders what happened to a row."""

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_context = models.ForeignKey(
        Context, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", db_index=True
    )

    class Meta:
        abstract = True


class DetachedTrailRow(TrailRow):
    """For tables that no foreign key can lead to: the rows between two tables, and keys that are secrets."""

    pgh_obj_id = models.CharField(max_length=64, db_index=True)

    class Meta:
        abstract = True
