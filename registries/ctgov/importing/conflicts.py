"""Opens and closes a trial's conflicts after a new version of its record."""

from typing import Any

from django.utils import timezone

from registries.choices import Decision
from registries.ctgov.importing.study_update import StudyUpdate
from registries.ctgov.list_matching import entry_digest
from registries.ctgov.merge import MergeConflict
from registries.ctgov.path_targets import parse_path
from registries.models import Conflict

ConflictsByPath = dict[str, Conflict]


def sync_open_conflicts(update: StudyUpdate) -> None:
    """Open the new conflicts; close those where both sides are equal now or a conflict about the whole replaces it."""
    open_conflicts = {conflict.path: conflict for conflict in Conflict.objects.open().filter(trial=update.trial_id)}
    for merge_conflict in update.conflicts:
        _upsert_conflict(update, merge_conflict, open_conflicts)
    _close_resolved(update, open_conflicts)


def _upsert_conflict(update: StudyUpdate, merge_conflict: MergeConflict, open_conflicts: ConflictsByPath) -> None:
    values: dict[str, Any] = {
        "path": merge_conflict.path,
        "base": merge_conflict.base,
        "theirs": merge_conflict.theirs,
        "ours": merge_conflict.ours,
    }
    conflict = open_conflicts.pop(merge_conflict.path, None) or open_conflicts.pop(_previous_path(merge_conflict), None)
    if conflict is None:
        target = parse_path(merge_conflict.path)
        conflict = Conflict.objects.create(
            trial_id=update.trial_id, run=update.run, category=target.category, trial_site_id=target.site_id, **values
        )
    elif any(getattr(conflict, name) != value for name, value in values.items()):
        Conflict.objects.filter(pk=conflict.pk).update(run=update.run, **values)
        conflict.path = merge_conflict.path
    open_conflicts[merge_conflict.path] = conflict


def _previous_path(merge_conflict: MergeConflict) -> str:
    """The path under the base version of an entry that has no row: such a path holds the digest of the content."""
    list_path, mark, _ = merge_conflict.path.rpartition("[~")
    return f"{list_path}[~{entry_digest(merge_conflict.base)}]" if mark and merge_conflict.base else ""


def _close_resolved(update: StudyUpdate, open_conflicts: ConflictsByPath) -> None:
    """Close conflicts whose values are equal now, whose entry both have again, or that a wider conflict includes."""
    still_open = {merge_conflict.path for merge_conflict in update.conflicts}
    compared = [*update.converged, *(change.path for change in update.changes), *still_open]
    resolved = [
        conflict.pk
        for path, conflict in open_conflicts.items()
        if path not in still_open and (path in update.shared or _is_within(path, compared))
    ]
    if resolved:
        now = timezone.now()
        Conflict.objects.filter(pk__in=resolved).update(decision=Decision.SETTLED, decided_at=now, run=update.run)


def _is_within(path: str, parents: list[str]) -> bool:
    """Whether a path is one of the parents, or below one."""
    return any(path == parent or path.startswith((f"{parent}.", f"{parent}[")) for parent in parents)
