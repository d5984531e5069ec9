"""The bulk road: studies that are not here yet, copied into the tables, all rows of a study together."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import connection

from common.dates import local_date
from contacts.models import Person, Role
from history.tracking import without_insert_events
from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.ctgov import study_to_rows
from registries.ctgov.importing.bulk_copy import CopyTarget, reserve_ids
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.new_study_rows import IdAllocation, build_trial_rows, count_ids, status_events
from registries.ctgov.schema import Study
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun, RegistryLink, StudyVersion
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial

MODEL_BY_KIND = {**LIST_MODELS, "site": TrialSite, "event": StatusEvent, "role": Role, "person": Person}
_TABLES = {model: CopyTarget(model) for model in (Trial, *MODEL_BY_KIND.values(), RegistryLink)}
_VERSIONS = CopyTarget(StudyVersion, "received_at")


@dataclass(slots=True)
class ParsedStudy:
    """A study to take in: the record as cut from its source, its digest, and what was read from it."""

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


def insert_studies(
    cursor, arrivals: list[ParsedStudy], run: ImportRun, book: FacilityResolver, now: datetime
) -> list[TrialData]:
    """Insert new studies with everything that belongs to them; returns their bundles, in order.

    Runs inside the caller's signed transaction. Raises a database error when a study with the same number came in
    meanwhile: then nothing is written.
    """
    manifests = _allocate_ids(cursor, arrivals, book, now)
    bundles, events = [], []
    for arrival, (manifest, facilities) in zip(arrivals, manifests, strict=True):
        bundle = build_trial_rows(arrival.study, manifest, facilities)
        bundles.append(bundle)
        events += status_events(bundle, manifest)
    _copy(cursor, bundles, events)
    _insert_versions(cursor, arrivals, [manifest for manifest, _ in manifests], run)
    return bundles


def analyze_tables() -> None:
    """Tell the planner of tables that have just grown: until it knows, it reads them whole for every small question."""
    with connection.cursor() as cursor:
        for model in (Facility, StudyVersion, *_TABLES):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _allocate_ids(
    cursor, arrivals: list[ParsedStudy], book: FacilityResolver, now: datetime
) -> list[tuple[IdAllocation, dict[int, Row]]]:
    """Give every row its id and every location its facility."""
    needed = [count_ids(arrival.study) for arrival in arrivals]
    total: Counter[str] = Counter()
    for needs in needed:
        total.update(needs)
    following = {kind: reserve_ids(cursor, MODEL_BY_KIND[kind], count) for kind, count in total.items()}
    first_trial = reserve_ids(cursor, Trial, len(arrivals))
    places = [
        study_to_rows.facility_columns(location)
        for arrival in arrivals
        for location in study_to_rows.locations_of(arrival.study)
    ]
    settled = iter(zip(places, book.resolve(cursor, places, with_history=False), strict=True))
    decided = []
    for number, (arrival, needs) in enumerate(zip(arrivals, needed, strict=True)):
        manifest: IdAllocation = {
            "trial": first_trial + number,
            "first": {kind: following[kind] for kind, count in needs.items() if count},
            "facilities": [],
            "made": [],
            "printed_overrides": {},
            "as_of": study_to_rows.as_of_date(arrival.study, local_date(now).isoformat()),
            "at": now.isoformat(),
        }
        for kind, count in needs.items():
            following[kind] += count
        decided.append((manifest, _allocate_facilities(arrival.study, manifest, settled)))
    return decided


def _allocate_facilities(study: Study, allocation: IdAllocation, settled) -> dict[int, Row]:
    facilities = {}
    for number, _ in enumerate(study_to_rows.locations_of(study)):
        place, (facility, is_new) = next(settled)
        allocation["facilities"].append(facility["id"])
        facilities[facility["id"]] = facility
        if is_new:
            allocation["made"].append(number)
        if printed := study_to_rows.printed_overrides(place, facility):
            allocation["printed_overrides"][str(number)] = printed
    return facilities


def _copy(cursor, bundles: list[TrialData], events: list[Row]) -> None:
    with without_insert_events():
        _TABLES[Trial].copy(cursor, (bundle.trial for bundle in bundles))
        for name, model in LIST_MODELS.items():
            _TABLES[model].copy(cursor, chain.from_iterable(bundle.lists[name] for bundle in bundles))
        sites = [site for bundle in bundles for site in bundle.sites]
        _TABLES[TrialSite].copy(cursor, sites)
        _TABLES[StatusEvent].copy(cursor, events)
        roles = [role for bundle in bundles for role in bundle.roles]
        roles += [role for site in sites for role in site["roles"]]
        people = {role["person_id"]: role["person"] for role in roles}
        _TABLES[Person].copy(cursor, people.values())
        _TABLES[Role].copy(cursor, roles)


def _insert_versions(cursor, arrivals: list[ParsedStudy], manifests: list[IdAllocation], run: ImportRun) -> None:
    first = reserve_ids(cursor, StudyVersion, len(arrivals))
    versions = [
        {
            "id": first + number,
            "trial_id": manifest["trial"],
            "run_id": run.pk,
            "number": 1,
            "received": arrival.text,
            "digest": arrival.digest,
            "id_allocation": manifest,
            "delisted_sites": {},
        }
        for number, (arrival, manifest) in enumerate(zip(arrivals, manifests, strict=True))
    ]
    _VERSIONS.copy(cursor, versions)
    links = [
        {
            "trial_id": version["trial_id"],
            "nct_id": arrival.nct_id,
            "latest_id": version["id"],
            "digest": arrival.digest,
        }
        for version, arrival in zip(versions, arrivals, strict=True)
    ]
    _TABLES[RegistryLink].copy(cursor, links)
