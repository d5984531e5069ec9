"""When local values were entered, and by whom, from the audit trail."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from publishing.trial_data import LIST_MODELS
from registries.ctgov.list_paths import RELATION_BY_PATH
from registries.ctgov.path_targets import PathTarget
from sites.models import StatusEvent, TrialSite
from trials.models import Trial


class LastChange(NamedTuple):
    """The moment of the last change, and the actor key of its author."""

    changed_at: datetime
    actor: str


def last_changes(trial_id: int, targets: Sequence[PathTarget]) -> dict[str, LastChange]:
    """Path → last change, where the trail has one. One query for each model."""
    targets_by_model: defaultdict[Any, list[PathTarget]] = defaultdict(list)
    for target in targets:
        targets_by_model[_model_of(target)].append(target)
    changes = _last_status_changes(targets_by_model.pop(StatusEvent, []))
    targets_by_model.pop(None, None)
    for model, of_model in targets_by_model.items():
        changes |= _last_history_changes(model, of_model, trial_id)
    return changes


def _model_of(target: PathTarget) -> Any:
    if target.site_id:
        return {"status": StatusEvent, "facility": TrialSite, "": TrialSite}.get(target.inner)
    if target.is_entry:
        return LIST_MODELS[RELATION_BY_PATH[target.place]] if target.row else None
    return Trial if target.column else None


def _last_status_changes(targets: Sequence[PathTarget]) -> dict[str, LastChange]:
    """From the current status events."""
    events = StatusEvent.objects.filter(trial_site__in=[target.row for target in targets], corrected_by__isnull=True)
    latest = events.order_by("trial_site", "-as_of", "-id").distinct("trial_site")
    changes = {
        site: LastChange(recorded_at, author)
        for site, recorded_at, author in latest.values_list("trial_site", "recorded_at", "author")
    }
    return {target.path: changes[target.row] for target in targets if target.row in changes}


def _last_history_changes(model, targets: Sequence[PathTarget], trial_id: int) -> dict[str, LastChange]:
    keys = {target.row or trial_id for target in targets}
    rows: defaultdict[int, list] = defaultdict(list)
    trail = model.trail_model.objects.filter(pgh_obj_id__in=keys).order_by("pgh_id").select_related("pgh_context")
    for row in trail:
        rows[row.pgh_obj_id].append(row)
    changes_by_target = (
        (target, list(_changes(rows[target.row or trial_id], _history_column(target)))) for target in targets
    )
    return {target.path: changes[-1] for target, changes in changes_by_target if changes}


def _changes(rows: Iterable, column: str) -> Iterator[LastChange]:
    """The trail rows that changed the column; every row if `column` is ""."""
    before: Any = None
    for row in rows:
        is_new = row.pgh_label == "insert" if before is None else _differs(row, before, column)
        if is_new and row.pgh_context:
            yield LastChange(row.pgh_created_at, row.pgh_context.actor)
        before = row


def _differs(row, before, column: str) -> bool:
    return not column or getattr(row, column) != getattr(before, column)


def _history_column(target: PathTarget) -> str:
    return "facility_id" if target.site_id and target.inner else target.column
