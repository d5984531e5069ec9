"""Updates an existing trial from a new version of its record: the registry's changes are stored, people's stay.

Three versions are compared field by field: the last imported record (base), the new one (theirs) and our rows (ours).
Where both changed a value differently, ours stays and a conflict is recorded for a person to decide.
"""

from collections.abc import Sequence

from msgspec import ValidationError, convert

from publishing.trial_data import LIST_MODELS, Row
from registries.ctgov import parse_errors, rows_to_study, study_to_rows
from registries.ctgov.importing import contacts, sites
from registries.ctgov.importing.conflicts import sync_open_conflicts
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.study_update import StudyUpdate
from registries.ctgov.list_paths import merged_row_ids, row_ids_by_path
from registries.ctgov.merge import Json, MergeResult, merge
from registries.ctgov.parser import RecordError
from registries.ctgov.schema import Study
from registries.ctgov.serializer import study_to_json
from registries.models import RegistryLink, StudyVersion
from trials.models import Trial

#: Lists that are merged by `contacts` and `sites`, by identity, not by position in the record.
SEPARATELY_MERGED_PATHS = (
    "protocolSection.contactsLocationsModule.locations",
    "protocolSection.contactsLocationsModule.centralContacts",
    "protocolSection.contactsLocationsModule.overallOfficials",
)


def update_study(cursor, update: StudyUpdate, resolver: FacilityResolver) -> None:
    """Update our rows to the new version and save the version. Inside the caller's authored transaction."""
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
    sites.update_sites(cursor, update, resolver)
    contacts.update_people(update)
    sync_open_conflicts(update)
    _save_version(update)


def _to_study(merged: Json, nct_id: str) -> Study:
    """RecordError where our rows have a value that no record can have, such as an invalid NCT number."""
    try:
        return convert(merged, Study)
    except ValidationError as error:
        place, reason = parse_errors.type_error(merged, Study) or ("", str(error))
        raise RecordError(nct_id, place, f"as it stands here, {reason}; correct it here first") from None


def _update_trial(update: StudyUpdate, study: Study) -> None:
    columns = study_to_rows.trial_row(study)
    changed = {name: value for name, value in columns.items() if update.bundle.trial[name] != value}
    if changed:
        Trial.objects.filter(pk=update.trial_id).update(**changed)


def _update_lists(update: StudyUpdate, study: Study, merged: MergeResult) -> None:
    for name, target_rows in study_to_rows.part_rows(study).items():
        row_ids = merged_row_ids(update.bundle, merged.rows, name)
        _update_list(LIST_MODELS[name], update.trial_id, update.bundle.lists[name], target_rows, row_ids)


def _update_list(
    model, trial_id: int, current_rows: list[Row], target_rows: list[Row], matched_ids: Sequence[int | None]
) -> None:
    """Make a trial's list rows equal `target_rows` (without ids), writing only rows that differ.

    `matched_ids`: the id of the existing row of each target row, None for a new one.
    """
    existing = {row["id"]: row for row in current_rows}
    for pk, target in zip(matched_ids, target_rows, strict=True):
        if pk is not None:
            _update_row(model, existing.pop(pk), target)
    new = (model(trial_id=trial_id, **row) for pk, row in zip(matched_ids, target_rows, strict=True) if pk is None)
    model.objects.bulk_create(new)
    if existing:
        model.objects.filter(pk__in=existing).delete()


def _update_row(model, row: Row, values: Row) -> None:
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        model.objects.filter(pk=row["id"]).update(**changed)


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
