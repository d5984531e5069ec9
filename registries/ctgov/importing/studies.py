"""The studies of an import: parsed records, existing trials, and the state of an update."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.dates import local_date
from publishing.trial_data import Row, TrialData
from registries.ctgov import merge, redaction, study_to_rows
from registries.ctgov.schema import Study
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun, RegistryLink
from sites.models import TrialSite
from trials.models import Trial


@dataclass(slots=True)
class ParsedStudy:
    """A parsed record to import: the raw record, its digest and the study."""

    raw: RawRecord
    digest: bytes
    study: Study

    @property
    def nct_id(self) -> str:
        return self.study.protocol_section.identification_module.nct_id

    @property
    def text(self) -> str:
        """The record as received."""
        return self.raw.received.decode()


@dataclass(frozen=True, slots=True)
class ExistingStudy:
    """An existing trial. Without an imported record (entered by hand), `digest` and `received` are empty."""

    trial_id: int
    digest: bytes = b""
    received: str = ""


def find_existing_studies(nct_ids: Iterable[str], *, lock: bool = False) -> dict[str, ExistingStudy]:
    """Existing studies by NCT number. With `lock` their trials are locked, and `received` is read."""
    numbers = list(nct_ids)
    links = RegistryLink.objects.filter(nct_id__in=numbers)
    if not lock:
        return {
            nct_id: ExistingStudy(trial_id, bytes(digest))
            for nct_id, trial_id, digest in links.values_list("nct_id", "trial_id", "digest")
        }
    trials = dict(
        Trial.objects.select_for_update().filter(nct_id__in=numbers).order_by("pk").values_list("nct_id", "pk")
    )
    existing = {nct_id: ExistingStudy(pk) for nct_id, pk in trials.items()}
    for link in links.values_list("nct_id", "trial_id", "digest", "latest__received"):
        existing[link[0]] = ExistingStudy(link[1], bytes(link[2]), redaction.strip_tombstones(link[3]))
    return existing


def lock_sites(trial_ids: Iterable[int]) -> None:
    """Lock the sites of some trials in id order, so that concurrent edits wait until the comparison is done."""
    list(TrialSite.objects.filter(trial__in=trial_ids).order_by("pk").select_for_update().values_list("pk"))


@dataclass(slots=True)
class StudyUpdate:
    """A new version of a study that is being imported. `base` is an empty study for a trial entered by hand."""

    incoming: ParsedStudy
    trial_data: TrialData
    base: Study
    run: ImportRun
    now: datetime
    conflicts: list[merge.MergeConflict] = field(default_factory=list)
    changes: list[merge.MergeChange] = field(default_factory=list)
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
        return self.trial_data.trial["id"]

    @property
    def as_of(self) -> str:
        return study_to_rows.as_of_date(self.incoming.study, local_date(self.now).isoformat())

    def accepts(self, path: str, base: Any, theirs: Any, ours: Any, *, confirmed_later: bool = False) -> bool:
        """Whether the registry's value replaces ours; records the change, the conflict or that both are equal now."""
        return merge.record_merge(self, path, base, theirs, ours, confirmed_later=confirmed_later)
