"""A table rebuilt from its trail in Python, independent of `history.verification`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from history.trail import trail_fields


def rebuild(model: type[Model], extra_inserts: Iterable[Mapping[str, Any]] = ()) -> dict[Any, dict[str, Any]]:
    """The table's current rows, by key: {pk: {attname: value}}.

    `extra_inserts` are rows that were inserted in bulk without events; the events of the trail are later.
    """
    names = [field.attname for field in trail_fields(model)]
    key = model._meta.pk.attname
    rows = {row[key]: dict(row) for row in extra_inserts}
    latest = model.trail_model.objects.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    for label, *values in latest.values_list("pgh_label", *names).iterator():
        row = dict(zip(names, values, strict=True))
        if label == "delete":
            rows.pop(row[key], None)
        else:
            rows[row[key]] = row
    return rows
