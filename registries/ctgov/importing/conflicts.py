"""The open conflicts of a trial after a new version: what clashes joins them, what no longer differs leaves them."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from registries.choices import Decision
from registries.ctgov.list_matching import entry_digest
from registries.ctgov.merge import MergeConflict
from registries.ctgov.path_targets import parse_path
from registries.models import Conflict

if TYPE_CHECKING:
    from registries.ctgov.importing.update import StudyUpdate

ConflictsByPath = dict[str, Conflict]


def sync_open_conflicts(update: "StudyUpdate") -> None:
    """Ours stays until a person decides. Only what both say alike now, or differ in as a whole, closes by itself."""
    known = {conflict.path: conflict for conflict in Conflict.objects.open().filter(trial=update.trial_id)}
    for clash in update.conflicts:
        _upsert_conflict(update, clash, known)
    _close_resolved(update, known)


def _upsert_conflict(update: "StudyUpdate", merge_conflict: MergeConflict, known: ConflictsByPath) -> None:
    said: dict[str, Any] = {
        "path": merge_conflict.path,
        "base": merge_conflict.base,
        "theirs": merge_conflict.theirs,
        "ours": merge_conflict.ours,
    }
    conflict = known.pop(merge_conflict.path, None) or known.pop(_previous_path(merge_conflict), None)
    if conflict is None:
        target = parse_path(merge_conflict.path)
        conflict = Conflict.objects.create(
            trial_id=update.trial_id, run=update.run, category=target.category, trial_site_id=target.site_id, **said
        )
    elif any(getattr(conflict, name) != value for name, value in said.items()):
        Conflict.objects.filter(pk=conflict.pk).update(run=update.run, **said)
        conflict.path = merge_conflict.path
    known[merge_conflict.path] = conflict


def _previous_path(merge_conflict: MergeConflict) -> str:
    """What the path was of an entry that we do not have, when the registry said of it what the base says."""
    place, mark, _ = merge_conflict.path.rpartition("[~")
    return f"{place}[~{entry_digest(merge_conflict.base)}]" if mark and merge_conflict.base else ""


def _close_resolved(update: "StudyUpdate", known: ConflictsByPath) -> None:
    """`known` without what clashes now: both say it alike, or have the entry again, or differ in all of it."""
    clashing = {clash.path for clash in update.conflicts}
    whole = [*update.converged, *(change.path for change in update.changes), *clashing]
    over = [
        conflict.pk
        for path, conflict in known.items()
        if path not in clashing and (path in update.shared or _is_within(path, whole))
    ]
    if over:
        now = timezone.now()
        Conflict.objects.filter(pk__in=over).update(decision=Decision.SETTLED, decided_at=now, run=update.run)


def _is_within(path: str, places: list[str]) -> bool:
    """Whether a path is one of the places, or leads into one."""
    return any(path == place or path.startswith((f"{place}.", f"{place}[")) for place in places)
