"""Updates an existing trial from a new version of its record: the registry's changes are stored, people's stay.

Three versions are compared field by field: the last imported record (base), the new one (theirs) and our rows (ours).
Where both changed a value differently, ours stays and a conflict is opened for a person to resolve.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from msgspec import ValidationError, convert

from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.choices import Decision
from registries.ctgov import (
    field_map,
    list_matching,
    merge,
    parse_errors,
    parser,
    path_resolution,
    rows_to_study,
    serializer,
    study_to_rows,
)
from registries.ctgov.importing import contacts, sites
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.studies import StudyUpdate
from registries.ctgov.schema import Study
from registries.models import Conflict, RegistryLink, StudyVersion
from trials.models import Trial

#: Lists that are merged by `contacts` and `sites`, by identity, not by position in the record.
SEPARATELY_MERGED_PATHS = (
    "protocolSection.contactsLocationsModule.locations",
    "protocolSection.contactsLocationsModule.centralContacts",
    "protocolSection.contactsLocationsModule.overallOfficials",
)


def update_study(cursor, update: StudyUpdate, resolver: FacilityResolver) -> None:
    """Update our rows to the new version and save the version. Inside the caller's authored transaction."""
    ours = rows_to_study.build_study(update.trial_data)
    ours.document_section = update.base.document_section  # not in our rows
    versions = (
        serializer.study_to_json(update.base),
        serializer.study_to_json(update.incoming.study),
        serializer.study_to_json(ours),
    )
    merged = merge.merge(
        *versions, exclude=SEPARATELY_MERGED_PATHS, rows=rows_to_study.row_ids_by_path(update.trial_data)
    )
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
    _sync_open_conflicts(update)
    _save_version(update)


def _to_study(merged: merge.Json, nct_id: str) -> Study:
    """RecordError where our rows have a value that no record can have, such as an invalid NCT number."""
    try:
        return convert(merged, Study)
    except ValidationError as error:
        place, reason = parse_errors.type_error(merged, Study) or ("", str(error))
        raise parser.RecordError(nct_id, place, f"as it stands here, {reason}; correct it here first") from None


def _update_trial(update: StudyUpdate, study: Study) -> None:
    columns = study_to_rows.trial_row(study)
    changed = {name: value for name, value in columns.items() if update.trial_data.trial[name] != value}
    if changed:
        Trial.objects.filter(pk=update.trial_id).update(**changed)


def _update_lists(update: StudyUpdate, study: Study, merged: merge.MergeResult) -> None:
    for name, target_rows in study_to_rows.part_rows(study).items():
        row_ids = _merged_row_ids(update.trial_data, merged.rows, name)
        _update_list(LIST_MODELS[name], update.trial_id, update.trial_data.lists[name], target_rows, row_ids)


def _merged_row_ids(trial_data: TrialData, merged: Mapping[str, Sequence[int | None]], name: str) -> list[int | None]:
    """The row ids of all lists of a relation after a merge; an unchanged list has its current rows."""
    current = rows_to_study.row_ids_by_path(trial_data)
    return [pk for path in field_map.PATHS_BY_RELATION[name] for pk in merged.get(path, current[path])]


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


ConflictsByPath = dict[str, Conflict]


def _sync_open_conflicts(update: StudyUpdate) -> None:
    """Open the new conflicts; close those where both sides are equal now or a conflict about the whole replaces it."""
    open_conflicts = {conflict.path: conflict for conflict in Conflict.objects.open().filter(trial=update.trial_id)}
    for merge_conflict in update.conflicts:
        _upsert_conflict(update, merge_conflict, open_conflicts)
    _close_resolved(update, open_conflicts)


def _upsert_conflict(update: StudyUpdate, merge_conflict: merge.MergeConflict, open_conflicts: ConflictsByPath) -> None:
    values: dict[str, Any] = {
        "path": merge_conflict.path,
        "base": merge_conflict.base,
        "theirs": merge_conflict.theirs,
        "ours": merge_conflict.ours,
    }
    conflict = open_conflicts.pop(merge_conflict.path, None) or open_conflicts.pop(_previous_path(merge_conflict), None)
    if conflict is None:
        target = path_resolution.parse_path(merge_conflict.path)
        conflict = Conflict.objects.create(
            trial_id=update.trial_id, run=update.run, category=target.category, trial_site_id=target.site_id, **values
        )
    elif any(getattr(conflict, name) != value for name, value in values.items()):
        Conflict.objects.filter(pk=conflict.pk).update(run=update.run, **values)
        conflict.path = merge_conflict.path
    open_conflicts[merge_conflict.path] = conflict


def _previous_path(merge_conflict: merge.MergeConflict) -> str:
    """The path under the base version of an entry that has no row: such a path holds the digest of the content."""
    list_path, mark, _ = merge_conflict.path.rpartition("[~")
    return f"{list_path}[~{list_matching.entry_digest(merge_conflict.base)}]" if mark and merge_conflict.base else ""


def _close_resolved(update: StudyUpdate, open_conflicts: ConflictsByPath) -> None:
    """Close conflicts whose values are equal now, whose entry both have again, or that a wider conflict includes."""
    still_open = {merge_conflict.path for merge_conflict in update.conflicts}
    compared = [*update.converged, *(change.path for change in update.changes), *still_open]
    resolved = [
        conflict.pk
        for path, conflict in open_conflicts.items()
        if path not in still_open and (path in update.shared or _is_within(path, compared))
    ]
    if resolved:
        now = timezone.now()
        Conflict.objects.filter(pk__in=resolved).update(decision=Decision.SETTLED, decided_at=now, run=update.run)


def _is_within(path: str, parents: list[str]) -> bool:
    """Whether a path is one of the parents, or below one."""
    return any(path == parent or path.startswith((f"{parent}.", f"{parent}[")) for parent in parents)
