"""A new version of a study that is here: what only the registry changed comes in, what people changed stays.

Three versions are compared field by field: the record last taken in (base), the new one (theirs) and our rows (ours).
Where both changed the same thing differently, ours stays and a conflict is noted for a person to decide.

Bringing one of a trial's lists up to date with as few changed rows as there are differences.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import ValidationError, convert

from common.dates import local_date
from publishing.trial_data import PARTS, Bundle, Row
from registries.ctgov import parse_errors, rows_to_study, study_to_rows
from registries.ctgov.importing import contacts, sites
from registries.ctgov.importing import update as parts
from registries.ctgov.importing.conflicts import note_conflicts
from registries.ctgov.importing.create import Arrival
from registries.ctgov.importing.facilities import FacilityBook
from registries.ctgov.list_paths import kept_rows, rows_by_path
from registries.ctgov.merge import Change, Clash, Json, Merged, merge
from registries.ctgov.parser import RecordError
from registries.ctgov.schema import Study
from registries.ctgov.serializer import study_json
from registries.models import ImportRun, RegistryLink, StudyVersion
from trials.models import Trial


def update_list(model, trial_id: int, have: list[Row], wanted: list[Row], kept: Sequence[int | None]) -> None:
    """Make a trial's rows of a part equal `wanted` (rows without ids).

    `kept` names the row that each wanted one is, None for a new one: a row stays the same thing wherever it moves.
    """
    known = {row["id"]: row for row in have}
    for pk, target in zip(kept, wanted, strict=True):
        if pk is not None:
            _update(model, known.pop(pk), target)
    new = (model(trial_id=trial_id, **row) for pk, row in zip(kept, wanted, strict=True) if pk is None)
    model.objects.bulk_create(new)
    if known:
        model.objects.filter(pk__in=known).delete()


def _update(model, have: Row, wanted: Row) -> None:
    changed = {name: value for name, value in wanted.items() if have[name] != value}
    if changed:
        model.objects.filter(pk=have["id"]).update(**changed)


#: Lists that are compared by identity, below, not by place in the record.
APART = (
    "protocolSection.contactsLocationsModule.locations",
    "protocolSection.contactsLocationsModule.centralContacts",
    "protocolSection.contactsLocationsModule.overallOfficials",
)


@dataclass(slots=True)
class Update:
    """One study's new version on its way in. `base` is an empty study for a trial that people entered by hand."""

    arrival: Arrival
    bundle: Bundle
    base: Study
    run: ImportRun
    now: datetime
    clashes: list[Clash] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)
    """Paths at which both now say the same, though one of them changed it"""
    shared: list[str] = field(default_factory=list)
    """Paths of entries of lists that both have"""
    people: list[tuple[study_to_rows.Row, study_to_rows.Row]] = field(default_factory=list)
    """(role as it is, what its person now is called and reached by)"""
    left: dict[int, int] = field(default_factory=dict)
    """Sites that are no longer listed → their place in the version before."""

    @property
    def trial_id(self) -> int:
        return self.bundle.trial["id"]

    @property
    def as_of(self) -> str:
        return study_to_rows.known_on(self.arrival.study, local_date(self.now).isoformat())


def update_study(cursor, update: Update, book: FacilityBook) -> None:
    """Bring our rows up to the new version and keep the version. Inside the caller's signed transaction."""
    ours = rows_to_study.study_of(update.bundle)
    ours.document_section = update.base.document_section  # not in our rows
    versions = study_json(update.base), study_json(update.arrival.study), study_json(ours)
    merged = merge(*versions, apart=APART, rows=rows_by_path(update.bundle))
    update.clashes += merged.clashes
    update.changes += merged.changes
    update.agreed += merged.agreed
    update.shared += merged.shared
    study = _as_study(merged.value, update.arrival.nct_id)
    _update_trial(update, study)
    _update_parts(update, study, merged)
    contacts.update_trial_roles(update)
    sites.update_sites(cursor, update, book)
    contacts.update_people(update)
    note_conflicts(update)
    _keep_version(update)


def _as_study(merged: Json, nct_id: str) -> Study:
    """RecordError where people entered what no record can say: a number that is none, by a road without a form."""
    try:
        return convert(merged, Study)
    except ValidationError as error:
        place, reason = parse_errors.by_type(merged, Study) or ("", str(error))
        raise RecordError(nct_id, place, f"as it stands here, {reason}; correct it here first") from None


def _update_trial(update: Update, study: Study) -> None:
    wanted = study_to_rows.trial_row(study)
    changed = {name: value for name, value in wanted.items() if update.bundle.trial[name] != value}
    if changed:
        Trial.objects.filter(pk=update.trial_id).update(**changed)


def _update_parts(update: Update, study: Study, merged: Merged) -> None:
    for name, wanted in study_to_rows.part_rows(study).items():
        kept = kept_rows(update.bundle, merged.rows, name)
        parts.update_list(PARTS[name], update.trial_id, update.bundle.parts[name], wanted, kept)


def _keep_version(update: Update) -> None:
    link = RegistryLink.objects.filter(trial=update.trial_id).select_related("latest").first()
    version = StudyVersion.objects.create(
        trial_id=update.trial_id,
        run=update.run,
        number=link.latest.number + 1 if link else 1,
        received=update.arrival.text,
        digest=update.arrival.digest,
        left=update.left,
    )
    RegistryLink.objects.update_or_create(
        trial_id=update.trial_id,
        defaults={"nct_id": update.arrival.nct_id, "latest": version, "digest": update.arrival.digest},
    )
