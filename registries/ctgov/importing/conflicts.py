"""The open conflicts of a trial after a new version: what clashes joins them, what no longer differs leaves them."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from registries.choices import Decision
from registries.ctgov.list_matching import digest
from registries.ctgov.merge import Clash
from registries.ctgov.path_targets import target_of
from registries.models import Conflict

if TYPE_CHECKING:
    from registries.ctgov.importing.update import Update

Known = dict[str, Conflict]


def note_conflicts(update: "Update") -> None:
    """Ours stays until a person decides. Only what both say alike now, or differ in as a whole, closes by itself."""
    known = {conflict.path: conflict for conflict in Conflict.objects.open().filter(trial=update.trial_id)}
    for clash in update.clashes:
        _note(update, clash, known)
    _settle(update, known)


def _note(update: "Update", clash: Clash, known: Known) -> None:
    said: dict[str, Any] = {"path": clash.path, "base": clash.base, "theirs": clash.theirs, "ours": clash.ours}
    conflict = known.pop(clash.path, None) or known.pop(_path_before(clash), None)
    if conflict is None:
        target = target_of(clash.path)
        conflict = Conflict.objects.create(
            trial_id=update.trial_id, run=update.run, thing=target.thing, trial_site_id=target.site_id, **said
        )
    elif any(getattr(conflict, name) != value for name, value in said.items()):
        Conflict.objects.filter(pk=conflict.pk).update(run=update.run, **said)
        conflict.path = clash.path
    known[clash.path] = conflict


def _path_before(clash: Clash) -> str:
    """What the path was of an entry that we do not have, when the registry said of it what the base says."""
    place, mark, _ = clash.path.rpartition("[~")
    return f"{place}[~{digest(clash.base)}]" if mark and clash.base else ""


def _settle(update: "Update", known: Known) -> None:
    """`known` without what clashes now: both say it alike, or have the entry again, or differ in all of it."""
    clashing = {clash.path for clash in update.clashes}
    whole = [*update.agreed, *(change.path for change in update.changes), *clashing]
    over = [
        conflict.pk
        for path, conflict in known.items()
        if path not in clashing and (path in update.shared or _is_in(path, whole))
    ]
    if over:
        now = timezone.now()
        Conflict.objects.filter(pk__in=over).update(decision=Decision.SETTLED, decided_at=now, run=update.run)


def _is_in(path: str, places: list[str]) -> bool:
    """Whether a path is one of the places, or leads into one."""
    return any(path == place or path.startswith((f"{place}.", f"{place}[")) for place in places)
