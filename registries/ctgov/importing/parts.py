"""Bringing one of a trial's lists up to date with as few changed rows as there are differences."""

from collections.abc import Sequence

from publishing.bundles import Row


def update_list(model, trial_id: int, have: list[Row], wanted: list[Row], kept: Sequence[int | None]) -> None:
    """Make a trial's rows of a part equal `wanted` (rows without ids).

    `kept` names the row that each wanted one is, None for a new one: a row stays the same thing wherever it moves.
    """
    known = {row["id"]: row for row in have}
    for pk, target in zip(kept, wanted, strict=True):
        if pk is not None:
            _update(model, known.pop(pk), target)
    new = (model(trial_id=trial_id, **row) for pk, row in zip(kept, wanted, strict=True) if pk is None)
    model.objects.bulk_create(new)
    if known:
        model.objects.filter(pk__in=known).delete()


def _update(model, have: Row, wanted: Row) -> None:
    changed = {name: value for name, value in wanted.items() if have[name] != value}
    if changed:
        model.objects.filter(pk=have["id"]).update(**changed)
