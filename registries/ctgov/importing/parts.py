"""Bringing one of a trial's lists up to date with as few changed rows as there are differences."""

from publishing.bundles import Row


def update_list(model, trial_id: int, have: list[Row], wanted: list[Row]) -> None:
    """Make a trial's rows of a part equal `wanted` (rows without ids): equal ones stay, the rest changes in order."""
    left, right = _without_equals(have, wanted)
    for row, target in zip(left, right, strict=False):
        model.objects.filter(pk=row["id"]).update(**target)
    if len(right) > len(left):
        model.objects.bulk_create(model(trial_id=trial_id, **row) for row in right[len(left) :])
    if len(left) > len(right):
        model.objects.filter(pk__in=[row["id"] for row in left[len(right) :]]).delete()


def _without_equals(have: list[Row], wanted: list[Row]) -> tuple[list[Row], list[Row]]:
    """What is left of both lists when rows that are equal, place included, are taken out."""
    left, right = list(have), []
    for target in wanted:
        same = next((row for row in left if target.items() <= row.items()), None)
        if same is None:
            right.append(target)
        else:
            left.remove(same)
    return left, right
