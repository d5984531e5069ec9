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
from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.ctgov import parse_errors, rows_to_study, study_to_rows
from registries.ctgov.importing import contacts, sites
from registries.ctgov.importing.conflicts import sync_open_conflicts
from registries.ctgov.importing.create import ParsedStudy
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.list_paths import merged_row_ids, row_ids_by_path
from registries.ctgov.merge import Json, MergeChange, MergeConflict, MergeResult, merge
from registries.ctgov.parser import RecordError
from registries.ctgov.schema import Study
from registries.ctgov.serializer import study_to_json
from registries.models import ImportRun, RegistryLink, StudyVersion
from trials.models import Trial


def update_list(
    model, trial_id: int, current_rows: list[Row], target_rows: list[Row], matched_ids: Sequence[int | None]
) -> None:
    """Make a trial's rows of a part equal `wanted` (rows without ids).

    `kept` names the row that each wanted one is, None for a new one: a row stays the same thing wherever it moves.
    """
    known = {row["id"]: row for row in current_rows}
    for pk, target in zip(matched_ids, target_rows, strict=True):
        if pk is not None:
            _update_row(model, known.pop(pk), target)
    new = (model(trial_id=trial_id, **row) for pk, row in zip(matched_ids, target_rows, strict=True) if pk is None)
    model.objects.bulk_create(new)
    if known:
        model.objects.filter(pk__in=known).delete()


def _update_row(model, row: Row, values: Row) -> None:
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        model.objects.filter(pk=row["id"]).update(**changed)


#: Lists that are compared by identity, below, not by place in the record.
SEPARATELY_MERGED_PATHS = (
    "protocolSection.contactsLocationsModule.locations",
    "protocolSection.contactsLocationsModule.centralContacts",
    "protocolSection.contactsLocationsModule.overallOfficials",
)


@dataclass(slots=True)
class StudyUpdate:
    """One study's new version on its way in. `base` is an empty study for a trial that people entered by hand."""

    incoming: ParsedStudy
    bundle: TrialData
    base: Study
    run: ImportRun
    now: datetime
    conflicts: list[MergeConflict] = field(default_factory=list)
    changes: list[MergeChange] = field(default_factory=list)
    converged: list[str] = field(default_factory=list)
    """Paths at which both now say the same, though one of them changed it"""
    shared: list[str] = field(default_factory=list)
    """Paths of entries of lists that both have"""
    person_updates: list[tuple[study_to_rows.Row, study_to_rows.Row]] = field(default_factory=list)
    """(role as it is, what its person now is called and reached by)"""
    delisted_sites: dict[int, int] = field(default_factory=dict)
    """Sites that are no longer listed → their place in the version before."""

    @property
    def trial_id(self) -> int:
        return self.bundle.trial["id"]

    @property
    def as_of(self) -> str:
        return study_to_rows.as_of_date(self.incoming.study, local_date(self.now).isoformat())


def update_study(cursor, update: StudyUpdate, book: FacilityResolver) -> None:
    """Bring our rows up to the new version and keep the version. Inside the caller's signed transaction."""
    ours = rows_to_study.build_study(update.bundle)
    ours.document_section = update.base.document_section  # not in our rows
    versions = study_to_json(update.base), study_to_json(update.incoming.study), study_to_json(ours)
    merged = merge(*versions, exclude=SEPARATELY_MERGED_PATHS, rows=row_ids_by_path(update.bundle))
    update.conflicts += merged.conflicts
    update.changes += merged.changes
    update.converged += merged.converged
    update.shared += merged.shared
    study = _to_study(merged.value, update.incoming.nct_id)
    _update_trial(update, study)
    _update_lists(update, study, merged)
    contacts.update_trial_roles(update)
    sites.update_sites(cursor, update, book)
    contacts.update_people(update)
    sync_open_conflicts(update)
    _save_version(update)


def _to_study(merged: Json, nct_id: str) -> Study:
    """RecordError where people entered what no record can say: a number that is none, by a road without a form."""
    try:
        return convert(merged, Study)
    except ValidationError as error:
        place, reason = parse_errors.type_error(merged, Study) or ("", str(error))
        raise RecordError(nct_id, place, f"as it stands here, {reason}; correct it here first") from None


def _update_trial(update: StudyUpdate, study: Study) -> None:
    wanted = study_to_rows.trial_row(study)
    changed = {name: value for name, value in wanted.items() if update.bundle.trial[name] != value}
    if changed:
        Trial.objects.filter(pk=update.trial_id).update(**changed)


def _update_lists(update: StudyUpdate, study: Study, merged: MergeResult) -> None:
    for name, wanted in study_to_rows.part_rows(study).items():
        kept = merged_row_ids(update.bundle, merged.rows, name)
        update_list(LIST_MODELS[name], update.trial_id, update.bundle.lists[name], wanted, kept)


def _save_version(update: StudyUpdate) -> None:
    link = RegistryLink.objects.filter(trial=update.trial_id).select_related("latest").first()
    version = StudyVersion.objects.create(
        trial_id=update.trial_id,
        run=update.run,
        number=link.latest.number + 1 if link else 1,
        received=update.incoming.text,
        digest=update.incoming.digest,
        delisted_sites=update.delisted_sites,
    )
    RegistryLink.objects.update_or_create(
        trial_id=update.trial_id,
        defaults={"nct_id": update.incoming.nct_id, "latest": version, "digest": update.incoming.digest},
    )
