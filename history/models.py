"""Base models of trails: the trail row, and the context with author, reason and request."""

import pghistory.models
from django.db import models

from history.triggers import append_only, no_truncate


class Context(pghistory.models.Context):
    """Author, reason and route of writes. One row for each `authored` block that changed something; append-only."""

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
    """A tracked row after a change (`insert`, `update`), before its deletion (`delete`), or before its first change
    after a bulk insert (`found`). `pgh_id` orders the events of a row.
    """

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_context = models.ForeignKey(
        Context, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", db_index=True
    )

    class Meta:
        abstract = True


class DetachedTrailRow(TrailRow):
    """For tables without a usable foreign key: many-to-many tables, and tables whose primary key is secret."""

    pgh_obj_id = models.CharField(max_length=64, db_index=True)

    class Meta:
        abstract = True
