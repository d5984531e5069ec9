"""The state of one study's update, which the modules that merge its parts share."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.dates import local_date
from publishing.trial_data import Row, TrialData
from registries.ctgov import study_to_rows
from registries.ctgov.importing.create import ParsedStudy
from registries.ctgov.merge import MergeChange, MergeConflict, record_merge
from registries.ctgov.schema import Study
from registries.models import ImportRun


@dataclass(slots=True)
class StudyUpdate:
    """A new version of a study that is being imported. `base` is an empty study for a trial entered by hand."""

    incoming: ParsedStudy
    bundle: TrialData
    base: Study
    run: ImportRun
    now: datetime
    conflicts: list[MergeConflict] = field(default_factory=list)
    changes: list[MergeChange] = field(default_factory=list)
    converged: list[str] = field(default_factory=list)
    """Paths that the registry changed to the value that our rows have."""
    shared: list[str] = field(default_factory=list)
    """Paths of list entries that both versions have."""
    person_updates: list[tuple[Row, Row]] = field(default_factory=list)
    """(role row, new values of its person)."""
    delisted_sites: dict[int, int] = field(default_factory=dict)
    """Sites that are no longer listed → their index in the version before."""

    @property
    def trial_id(self) -> int:
        return self.bundle.trial["id"]

    @property
    def as_of(self) -> str:
        return study_to_rows.as_of_date(self.incoming.study, local_date(self.now).isoformat())

    def accepts(self, path: str, base: Any, theirs: Any, ours: Any, *, confirmed_later: bool = False) -> bool:
        """Whether the registry's value replaces ours; records the change, the conflict or that both are equal now."""
        return record_merge(self, path, base, theirs, ours, confirmed_later=confirmed_later)
