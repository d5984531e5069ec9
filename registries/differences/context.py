"""What would change at the registry, for people: each difference in words, and since when ours is so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from history.actor_names import names_of
from publishing.trial_data import Bundle, load_bundles
from registries.conflicts.context import Cell
from registries.conflicts.display import in_words, marked, status_at
from registries.ctgov.diff import Difference, differences
from registries.ctgov.parser import read_study
from registries.ctgov.path_targets import Target, target_of
from registries.ctgov.redaction import without_marks
from registries.differences.provenance import Said, said_last
from registries.models import RegistryLink, StudyVersion
from registries.path_labels import path_in_words
from registries.querysets import reads_everything
from trials.models import Trial


@dataclass(frozen=True)
class Line:
    """A difference as a row of the page. `said`: who entered ours and when, where it is known."""

    difference: Difference
    target: Target
    said: Said | None
    author: str = ""

    @property
    def what(self) -> str:
        return path_in_words(self.difference.path, self.difference.name)

    @property
    def theirs(self) -> Cell:
        return self._cell(self.difference.theirs)

    @property
    def ours(self) -> Cell:
        return self._cell(self.difference.ours)

    def _cell(self, value) -> Cell:
        if status_at(self.target):
            return Cell("", value or "")
        return Cell(marked(in_words(self.target, self.difference.theirs), in_words(self.target, value)))


def may_compare(trial: Trial, user) -> bool:
    """Whether the whole record is the user's to see: the trial's coordinator, managers, inspectors, administrators."""
    return reads_everything(user) or Trial.objects.editable_by(user).filter(pk=trial.pk).exists()


def differences_context(trial: Trial, user) -> dict:
    """For the trial's page; nothing where the record is not the user's to compare, or was never taken in."""
    link = RegistryLink.objects.filter(trial=trial).select_related("latest__run").first()
    if link is None or not may_compare(trial, user):
        return {"version": None, "lines": []}
    bundle = load_bundles([trial.pk])[trial.pk]
    found = differences(bundle, read_study(without_marks(link.latest.received).encode()))
    return {"version": link.latest, "lines": _lines(bundle, found)}


def counts_of(trials: Sequence[Trial]) -> dict[int, int | None]:
    """How many differences each trial has; None without a record. A fixed number of queries."""
    received = dict(
        StudyVersion.objects.filter(latest_of__trial__in=trials).order_by().values_list("trial_id", "received")
    )
    bundles = load_bundles(received)
    return {trial.pk: _count(bundles, received, trial.pk) for trial in trials}


def _count(bundles: dict[int, Bundle], received: dict[int, str], pk: int) -> int | None:
    return len(differences(bundles[pk], read_study(without_marks(received[pk]).encode()))) if pk in received else None


def _lines(bundle: Bundle, found: Iterable[Difference]) -> list[Line]:
    targets = [(difference, target_of(difference.path)) for difference in found]
    said = said_last(bundle.trial["id"], [target for _, target in targets])
    names = names_of(one.actor for one in said.values() if one.actor)
    return [
        Line(
            difference,
            target,
            said.get(target.path),
            names.get(said[target.path].actor, "") if target.path in said else "",
        )
        for difference, target in targets
    ]
