"""The bulk road: studies that are not here yet, copied into the tables, all rows of a study together."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import connection

from common.dates import local_date
from contacts.models import Person, Role
from history.tracking import untraced_inserts
from publishing.trial_data import PARTS, Bundle, Row
from registries.ctgov import study_to_rows
from registries.ctgov.importing.bulk_copy import Table, reserve
from registries.ctgov.importing.facilities import FacilityBook
from registries.ctgov.new_study_rows import Manifest, bundle_of, ids_needed, status_events
from registries.ctgov.schema import Study
from registries.ctgov.source_files import Raw
from registries.models import ImportRun, RegistryLink, StudyVersion
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial

KINDS = {**PARTS, "site": TrialSite, "event": StatusEvent, "role": Role, "person": Person}
_TABLES = {model: Table(model) for model in (Trial, *KINDS.values(), RegistryLink)}
_VERSIONS = Table(StudyVersion, "received_at")


@dataclass(slots=True)
class Arrival:
    """A study to take in: the record as cut from its source, its digest, and what was read from it."""

    raw: Raw
    digest: bytes
    study: Study

    @property
    def nct_id(self) -> str:
        return self.study.protocol_section.identification_module.nct_id

    @property
    def text(self) -> str:
        """The record as received."""
        return self.raw.received.decode()


def insert_studies(cursor, arrivals: list[Arrival], run: ImportRun, book: FacilityBook, now: datetime) -> list[Bundle]:
    """Insert new studies with everything that belongs to them; returns their bundles, in order.

    Runs inside the caller's signed transaction. Raises a database error when a study with the same number came in
    meanwhile: then nothing is written.
    """
    manifests = _decide(cursor, arrivals, book, now)
    bundles, events = [], []
    for arrival, (manifest, facilities) in zip(arrivals, manifests, strict=True):
        bundle = bundle_of(arrival.study, manifest, facilities)
        bundles.append(bundle)
        events += status_events(bundle, manifest)
    _copy(cursor, bundles, events)
    _keep_versions(cursor, arrivals, [manifest for manifest, _ in manifests], run)
    return bundles


def count_rows_anew() -> None:
    """Tell the planner of tables that have just grown: until it knows, it reads them whole for every small question."""
    with connection.cursor() as cursor:
        for model in (Facility, StudyVersion, *_TABLES):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _decide(
    cursor, arrivals: list[Arrival], book: FacilityBook, now: datetime
) -> list[tuple[Manifest, dict[int, Row]]]:
    """Give every row its id and every location its facility."""
    needed = [ids_needed(arrival.study) for arrival in arrivals]
    total: Counter[str] = Counter()
    for needs in needed:
        total.update(needs)
    following = {kind: reserve(cursor, KINDS[kind], count) for kind, count in total.items()}
    first_trial = reserve(cursor, Trial, len(arrivals))
    places = [
        study_to_rows.place_of(location)
        for arrival in arrivals
        for location in study_to_rows.locations_of(arrival.study)
    ]
    settled = iter(zip(places, book.settle(cursor, places, traced=False), strict=True))
    decided = []
    for number, (arrival, needs) in enumerate(zip(arrivals, needed, strict=True)):
        manifest: Manifest = {
            "trial": first_trial + number,
            "first": {kind: following[kind] for kind, count in needs.items() if count},
            "facilities": [],
            "made": [],
            "listed_as": {},
            "as_of": study_to_rows.known_on(arrival.study, local_date(now).isoformat()),
            "at": now.isoformat(),
        }
        for kind, count in needs.items():
            following[kind] += count
        decided.append((manifest, _place_sites(arrival.study, manifest, settled)))
    return decided


def _place_sites(study: Study, manifest: Manifest, settled) -> dict[int, Row]:
    facilities = {}
    for number, _ in enumerate(study_to_rows.locations_of(study)):
        place, (facility, is_new) = next(settled)
        manifest["facilities"].append(facility["id"])
        facilities[facility["id"]] = facility
        if is_new:
            manifest["made"].append(number)
        if printed := study_to_rows.printed_differently(place, facility):
            manifest["listed_as"][str(number)] = printed
    return facilities


def _copy(cursor, bundles: list[Bundle], events: list[Row]) -> None:
    with untraced_inserts():
        _TABLES[Trial].copy(cursor, (bundle.trial for bundle in bundles))
        for name, model in PARTS.items():
            _TABLES[model].copy(cursor, chain.from_iterable(bundle.parts[name] for bundle in bundles))
        sites = [site for bundle in bundles for site in bundle.sites]
        _TABLES[TrialSite].copy(cursor, sites)
        _TABLES[StatusEvent].copy(cursor, events)
        roles = [role for bundle in bundles for role in bundle.roles]
        roles += [role for site in sites for role in site["roles"]]
        people = {role["person_id"]: role["person"] for role in roles}
        _TABLES[Person].copy(cursor, people.values())
        _TABLES[Role].copy(cursor, roles)


def _keep_versions(cursor, arrivals: list[Arrival], manifests: list[Manifest], run: ImportRun) -> None:
    first = reserve(cursor, StudyVersion, len(arrivals))
    versions = [
        {
            "id": first + number,
            "trial_id": manifest["trial"],
            "run_id": run.pk,
            "number": 1,
            "received": arrival.text,
            "digest": arrival.digest,
            "manifest": manifest,
            "left": {},
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
