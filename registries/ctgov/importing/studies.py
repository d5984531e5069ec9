"""The studies of an import: parsed records, existing trials, the state of an update, new studies inserted by COPY."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection

from common.dates import local_date
from contacts.models import Person, Role
from history.tracking import without_insert_events
from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.ctgov import merge, new_study_rows, redaction, study_to_rows
from registries.ctgov.importing.bulk_copy import CopyTarget, reserve_ids
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.schema import Study
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun, RegistryLink, StudyVersion
from sites.models import Facility, StatusEvent, TrialSite
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


MODEL_BY_KIND = {**LIST_MODELS, "site": TrialSite, "event": StatusEvent, "role": Role, "person": Person}
_TABLES = {model: CopyTarget(model) for model in (Trial, *MODEL_BY_KIND.values(), RegistryLink)}
_VERSIONS = CopyTarget(StudyVersion, "received_at")


def insert_studies(
    cursor, studies: list[ParsedStudy], run: ImportRun, resolver: FacilityResolver, now: datetime
) -> list[TrialData]:
    """Insert new studies with all their rows; returns their data, in order.

    Runs inside the caller's authored transaction. Raises a database error when a study with the same number was
    inserted concurrently: then nothing is written.
    """
    allocations = _allocate_ids(cursor, studies, resolver, now)
    new_trials, events = [], []
    for study, (allocation, facilities) in zip(studies, allocations, strict=True):
        trial_data = new_study_rows.build_trial_rows(study.study, allocation, facilities)
        new_trials.append(trial_data)
        events += new_study_rows.status_events(trial_data, allocation)
    _copy(cursor, new_trials, events)
    _insert_versions(cursor, studies, [allocation for allocation, _ in allocations], run)
    return new_trials


def analyze_tables() -> None:
    """ANALYZE the tables that an import fills: with outdated statistics the planner chooses sequential scans."""
    with connection.cursor() as cursor:
        for model in (Facility, StudyVersion, *_TABLES):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _allocate_ids(
    cursor, studies: list[ParsedStudy], resolver: FacilityResolver, now: datetime
) -> list[tuple[new_study_rows.IdAllocation, dict[int, Row]]]:
    """The id of every row and the facility of every location, for each study."""
    counts = [_count_ids(study.study) for study in studies]
    total: Counter[str] = Counter()
    for count_by_kind in counts:
        total.update(count_by_kind)
    next_ids = {kind: reserve_ids(cursor, MODEL_BY_KIND[kind], count) for kind, count in total.items()}
    first_trial = reserve_ids(cursor, Trial, len(studies))
    places = [
        study_to_rows.facility_columns(location)
        for study in studies
        for location in study_to_rows.locations_of(study.study)
    ]
    resolved = iter(zip(places, resolver.resolve(cursor, places, with_history=False), strict=True))
    allocations = []
    for number, (study, count_by_kind) in enumerate(zip(studies, counts, strict=True)):
        allocation: new_study_rows.IdAllocation = {
            "trial": first_trial + number,
            "first": {kind: next_ids[kind] for kind, count in count_by_kind.items() if count},
            "facilities": [],
            "made": [],
            "printed_overrides": {},
            "as_of": study_to_rows.as_of_date(study.study, local_date(now).isoformat()),
            "at": now.isoformat(),
        }
        for kind, count in count_by_kind.items():
            next_ids[kind] += count
        allocations.append((allocation, _allocate_facilities(study.study, allocation, resolved)))
    return allocations


def _count_ids(study: Study) -> Counter[str]:
    """The maximum number of rows of each kind that the study needs, without facilities."""
    locations = study_to_rows.locations_of(study)
    counts = Counter({name: len(rows) for name, rows in study_to_rows.part_rows(study).items()})
    counts["site"] = len(locations)
    counts["event"] = sum(1 for location in locations if location.status)
    counts["role"] = len(study_to_rows.central_contacts_of(study)) + len(study_to_rows.officials_of(study))
    counts["role"] += sum(len(location.contacts) for location in locations)
    counts["person"] = counts["role"]
    return counts


def _allocate_facilities(study: Study, allocation: new_study_rows.IdAllocation, resolved) -> dict[int, Row]:
    facilities = {}
    for index, _ in enumerate(study_to_rows.locations_of(study)):
        place, (facility, is_new) = next(resolved)
        allocation["facilities"].append(facility["id"])
        facilities[facility["id"]] = facility
        if is_new:
            allocation["made"].append(index)
        if overrides := study_to_rows.printed_overrides(place, facility):
            allocation["printed_overrides"][str(index)] = overrides
    return facilities


def _copy(cursor, new_trials: list[TrialData], events: list[Row]) -> None:
    with without_insert_events():
        _TABLES[Trial].copy(cursor, (trial_data.trial for trial_data in new_trials))
        for name, model in LIST_MODELS.items():
            _TABLES[model].copy(cursor, chain.from_iterable(trial_data.lists[name] for trial_data in new_trials))
        sites = [site for trial_data in new_trials for site in trial_data.sites]
        _TABLES[TrialSite].copy(cursor, sites)
        _TABLES[StatusEvent].copy(cursor, events)
        roles = [role for trial_data in new_trials for role in trial_data.roles]
        roles += [role for site in sites for role in site["roles"]]
        people = {role["person_id"]: role["person"] for role in roles}
        _TABLES[Person].copy(cursor, people.values())
        _TABLES[Role].copy(cursor, roles)


def _insert_versions(
    cursor, studies: list[ParsedStudy], allocations: list[new_study_rows.IdAllocation], run: ImportRun
) -> None:
    first = reserve_ids(cursor, StudyVersion, len(studies))
    versions = [
        {
            "id": first + number,
            "trial_id": allocation["trial"],
            "run_id": run.pk,
            "number": 1,
            "received": study.text,
            "digest": study.digest,
            "id_allocation": allocation,
            "delisted_sites": {},
        }
        for number, (study, allocation) in enumerate(zip(studies, allocations, strict=True))
    ]
    _VERSIONS.copy(cursor, versions)
    links = [
        {
            "trial_id": version["trial_id"],
            "nct_id": study.nct_id,
            "latest_id": version["id"],
            "digest": study.digest,
        }
        for version, study in zip(versions, studies, strict=True)
    ]
    _TABLES[RegistryLink].copy(cursor, links)
