"""Template context of the updates pending at the registry, with author and date of the local value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from history.authorship import actor_names
from publishing.trial_data import TrialData, load_trial_data
from registries.conflicts.context import ValueDisplay
from registries.conflicts.display import format_value, highlight_changes, is_status_target
from registries.ctgov.diff import Difference, differences
from registries.ctgov.parser import read_study
from registries.ctgov.path_targets import PathTarget, parse_path
from registries.ctgov.redaction import strip_tombstones
from registries.differences.provenance import LastChange, last_changes
from registries.models import RegistryLink, StudyVersion
from registries.path_labels import path_label
from registries.querysets import reads_everything
from trials.models import Trial


@dataclass(frozen=True)
class DifferenceRow:
    """A difference as a row of the page. `last_change`: when ours was entered and by whom, where it is known."""

    difference: Difference
    target: PathTarget
    last_change: LastChange | None
    author: str = ""

    @property
    def label(self) -> str:
        return path_label(self.difference.path, self.difference.name)

    @property
    def theirs(self) -> ValueDisplay:
        return self._cell(self.difference.theirs)

    @property
    def ours(self) -> ValueDisplay:
        return self._cell(self.difference.ours)

    def _cell(self, value) -> ValueDisplay:
        if is_status_target(self.target):
            return ValueDisplay("", value or "")
        return ValueDisplay(
            highlight_changes(format_value(self.target, self.difference.theirs), format_value(self.target, value))
        )


def may_compare(trial: Trial, user) -> bool:
    """Whether the user may see the whole record: trial coordinators, managers, inspectors, administrators."""
    return reads_everything(user) or Trial.objects.editable_by(user).filter(pk=trial.pk).exists()


def differences_context(trial: Trial, user) -> dict:
    """For the trial's page; empty where the user may not compare the record, or none was imported."""
    link = RegistryLink.objects.filter(trial=trial).select_related("latest__run").first()
    if link is None or not may_compare(trial, user):
        return {"version": None, "differences": []}
    bundle = load_trial_data([trial.pk])[trial.pk]
    changes = differences(bundle, read_study(strip_tombstones(link.latest.received).encode()))
    return {"version": link.latest, "differences": _difference_rows(bundle, changes)}


def count_differences(trials: Sequence[Trial]) -> dict[int, int | None]:
    """Trial id → number of differences, None without a record. A fixed number of queries."""
    received = dict(
        StudyVersion.objects.filter(latest_of__trial__in=trials).order_by().values_list("trial_id", "received")
    )
    bundles = load_trial_data(received)
    return {trial.pk: _count(bundles, received, trial.pk) for trial in trials}


def _count(bundles: dict[int, TrialData], received: dict[int, str], pk: int) -> int | None:
    return (
        len(differences(bundles[pk], read_study(strip_tombstones(received[pk]).encode()))) if pk in received else None
    )


def _difference_rows(bundle: TrialData, changes: Iterable[Difference]) -> list[DifferenceRow]:
    targets = [(difference, parse_path(difference.path)) for difference in changes]
    last = last_changes(bundle.trial["id"], [target for _, target in targets])
    names = actor_names(change.actor for change in last.values() if change.actor)
    return [
        DifferenceRow(
            difference,
            target,
            last.get(target.path),
            names.get(last[target.path].actor, "") if target.path in last else "",
        )
        for difference, target in targets
    ]
