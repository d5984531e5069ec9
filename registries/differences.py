"""Differences between the last imported record and our rows, for display, with author and date of the local value.

List entries are matched between the two versions by content, then by name, then by similarity.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import to_builtins

from common.permissions import reads_everything
from history.authorship import actor_names
from publishing.trial_data import LIST_MODELS, Row, TrialData, load_trial_data
from registries.choices import ConflictCategory
from registries.ctgov import (
    field_map,
    list_matching,
    merge,
    parser,
    path_resolution,
    redaction,
    rows_to_study,
    serializer,
    study_to_rows,
)
from registries.ctgov.field_map import RELATION_BY_PATH
from registries.ctgov.schema import Study
from registries.display import ValueDisplay, format_value, highlight_changes, is_status_target, path_label
from registries.models import RegistryLink, StudyVersion
from sites.choices import Listing, StatusPublication
from sites.models import StatusEvent, TrialSite
from sites.public_status import status_publication
from trials.models import Trial

Json = dict[str, Any]


class RegistryDifference(NamedTuple):
    """A path with different values. None: no value. `name` is the name of the site or list entry."""

    path: str
    theirs: Any
    ours: Any
    name: str = ""


def differences(trial_data: TrialData, received: Study) -> list[RegistryDifference]:
    """Every difference, in the order of the record, sites last."""
    ours = rows_to_study.build_study(trial_data)
    ours.document_section = received.document_section  # not in our rows
    differ = _Differ(rows_to_study.row_ids_by_path(trial_data))
    sends_statuses = rows_to_study.sends_site_statuses(trial_data, received)
    sites, locations = rows_to_study.exported_sites(trial_data), study_to_rows.locations_of(received)
    return [
        *differ.object("", serializer.study_to_json(received), serializer.study_to_json(ours)),
        *_site_differences(sites, locations, sends_statuses),
    ]


class _Differ:
    def __init__(self, row_ids: dict[str, list[int]]):
        self.row_ids = row_ids

    def object(self, path: str, theirs: Json, ours: Json, name: str = "") -> Iterator[RegistryDifference]:
        for key in {**theirs, **ours}:
            inner = f"{path}.{key}" if path else key
            yield from self.value(inner, theirs.get(key), ours.get(key), name)

    def value(self, path: str, theirs: Any, ours: Any, name: str) -> Iterator[RegistryDifference]:
        if path == field_map.LOCATIONS_PATH or merge.has_same_value(theirs, ours):
            return
        if path in self.row_ids:
            yield from self.entries(path, theirs or [], ours or [])
        elif isinstance(theirs or ours, dict):
            yield from self.object(path, theirs or {}, ours or {}, name)
        else:
            yield RegistryDifference(path, theirs, ours, name)

    def entries(
        self, path: str, theirs: list[list_matching.Entry], ours: list[list_matching.Entry]
    ) -> Iterator[RegistryDifference]:
        matches = list_matching.track_entries(ours, theirs)
        for index, entry in enumerate(ours):
            inner = f"{path}[#{self.row_ids[path][index]}]"
            if index in matches:
                yield from self.object(inner, theirs[matches[index]], entry, list_matching.entry_name(entry))
            else:
                yield RegistryDifference(inner, None, entry, list_matching.entry_name(entry))
        for index in sorted(set(range(len(theirs))) - set(matches.values())):
            entry = theirs[index]
            yield RegistryDifference(
                f"{path}[~{list_matching.entry_digest(entry)}]", entry, None, list_matching.entry_name(entry)
            )
        order = [matches[index] for index in sorted(matches)]
        if order != sorted(order):
            yield RegistryDifference(
                path,
                [list_matching.entry_name(entry) for entry in theirs],
                [list_matching.entry_name(entry) for entry in ours],
            )


def _site_differences(sites: Sequence[Row], locations: list, sends_statuses: bool) -> Iterator[RegistryDifference]:
    for site in sites:
        path, name = f"{field_map.LOCATIONS_PATH}[#{site['id']}]", rows_to_study.build_location(site).facility
        if site["listing"] != Listing.LISTED or site["position"] >= len(locations):
            yield RegistryDifference(path, None, path_resolution.site_value(site, ""), name)
            continue
        location = locations[site["position"]]
        values = {"facility": study_to_rows.facility_columns(location), "status": location.status}
        values["contacts"] = to_builtins(location.contacts)
        for inner, theirs in values.items():
            ours = "" if inner == "status" and not sends_statuses else path_resolution.site_value(site, inner)
            if not merge.has_same_value(theirs, ours):
                yield RegistryDifference(f"{path}.{inner}", theirs, ours, name)


class LastChange(NamedTuple):
    """The moment of the last change, and the actor key of its author."""

    changed_at: datetime
    actor: str


@dataclass(frozen=True)
class DifferenceRow:
    """A difference as a row of the page. `last_change`: when ours was entered and by whom, where it is known."""

    difference: RegistryDifference
    target: path_resolution.PathTarget
    last_change: LastChange | None
    author: str = ""

    @property
    def label(self) -> str:
        return path_label(self.difference.path, self.difference.name)

    @property
    def theirs(self) -> ValueDisplay:
        return self._cell(self.difference.theirs)

    @property
    def ours(self) -> ValueDisplay:
        return self._cell(self.difference.ours)

    def _cell(self, value) -> ValueDisplay:
        if is_status_target(self.target):
            return ValueDisplay("", value or "")
        return ValueDisplay(
            highlight_changes(format_value(self.target, self.difference.theirs), format_value(self.target, value))
        )


def may_compare(trial: Trial, user) -> bool:
    """Whether the user may see the whole record: trial coordinators, managers, inspectors, administrators."""
    return reads_everything(user) or Trial.objects.editable_by(user).filter(pk=trial.pk).exists()


def differences_context(trial: Trial, user) -> dict:
    """For the trial's page; empty where the user may not compare the record, or none was imported."""
    link = RegistryLink.objects.filter(trial=trial).select_related("latest__run").first()
    if link is None or not may_compare(trial, user):
        return {"version": None, "differences": []}
    trial_data = load_trial_data([trial.pk])[trial.pk]
    changes = _differences(trial_data, link.latest.received)
    return {"version": link.latest, "differences": _difference_rows(trial_data, changes)}


def public_differences(trial: Trial) -> tuple[StudyVersion | None, list[DifferenceRow], int]:
    """What everybody may read: (latest record, differences, number of sites in one of the two records only).

    Without contacts, whole sites, and site statuses that are held back. Statuses are compared where both have one.
    """
    link = RegistryLink.objects.filter(trial=trial).select_related("latest").first()
    if link is None:
        return None, [], 0
    trial_data = load_trial_data([trial.pk])[trial.pk]
    rows = [DifferenceRow(one, path_resolution.parse_path(one.path), None) for one in
            _differences(trial_data, link.latest.received)]  # fmt: skip
    statuses = {site["id"]: site["status"] for site in rows_to_study.exported_sites(trial_data)}
    shown = [row for row in rows if _is_public(row, trial, statuses)]
    return link.latest, shown, sum(row.target.category == ConflictCategory.SITE for row in rows)


def _is_public(row: DifferenceRow, trial: Trial, statuses: Mapping[int, str]) -> bool:
    category = row.target.category
    if category == ConflictCategory.SITE_STATUS:
        status = statuses.get(row.target.site_id, "")
        publication = status_publication(trial.overall_status, trial.last_known_status, status)
        is_compared = bool(row.difference.theirs and row.difference.ours)
        return is_compared and publication is not StatusPublication.HELD_BACK
    return category in (ConflictCategory.STATUS, ConflictCategory.PROTOCOL, ConflictCategory.SITE_PLACE)


def count_differences(trials: Sequence[Trial]) -> dict[int, int | None]:
    """Trial id → number of differences, None without a record. A fixed number of queries."""
    received = dict(
        StudyVersion.objects.filter(latest_of__trial__in=trials).order_by().values_list("trial_id", "received")
    )
    trial_data_by_id = load_trial_data(received)
    counts = {pk: len(_differences(trial_data_by_id[pk], text)) for pk, text in received.items()}
    return {trial.pk: counts.get(trial.pk) for trial in trials}


def _differences(trial_data: TrialData, received: str) -> list[RegistryDifference]:
    return differences(trial_data, parser.read_study(redaction.strip_tombstones(received).encode()))


def _difference_rows(trial_data: TrialData, changes: Iterable[RegistryDifference]) -> list[DifferenceRow]:
    targets = [(difference, path_resolution.parse_path(difference.path)) for difference in changes]
    last = _last_changes(trial_data.trial["id"], [target for _, target in targets])
    names = actor_names(change.actor for change in last.values() if change.actor)
    return [
        DifferenceRow(
            difference,
            target,
            last.get(target.path),
            names.get(last[target.path].actor, "") if target.path in last else "",
        )
        for difference, target in targets
    ]


def _last_changes(trial_id: int, targets: Sequence[path_resolution.PathTarget]) -> dict[str, LastChange]:
    """Path → last change, where the trail has one. One query for each model."""
    targets_by_model: defaultdict[Any, list[path_resolution.PathTarget]] = defaultdict(list)
    for target in targets:
        targets_by_model[_model_of(target)].append(target)
    changes = _last_status_changes(targets_by_model.pop(StatusEvent, []))
    targets_by_model.pop(None, None)
    for model, of_model in targets_by_model.items():
        changes |= _last_history_changes(model, of_model, trial_id)
    return changes


def _model_of(target: path_resolution.PathTarget) -> Any:
    if target.site_id:
        return {"status": StatusEvent, "facility": TrialSite, "": TrialSite}.get(target.entry_key)
    if target.is_entry:
        return LIST_MODELS[RELATION_BY_PATH[target.field_path]] if target.row else None
    return Trial if target.column else None


def _last_status_changes(targets: Sequence[path_resolution.PathTarget]) -> dict[str, LastChange]:
    """From the current status events."""
    events = StatusEvent.objects.filter(trial_site__in=[target.row for target in targets], corrected_by__isnull=True)
    latest = events.order_by("trial_site", "-as_of", "-id").distinct("trial_site")
    changes = {
        site: LastChange(recorded_at, author)
        for site, recorded_at, author in latest.values_list("trial_site", "recorded_at", "author")
    }
    return {target.path: changes[target.row] for target in targets if target.row in changes}


def _last_history_changes(model, targets: Sequence[path_resolution.PathTarget], trial_id: int) -> dict[str, LastChange]:
    keys = {target.row or trial_id for target in targets}
    rows: defaultdict[int, list] = defaultdict(list)
    trail = model.trail_model.objects.filter(pgh_obj_id__in=keys).order_by("pgh_id").select_related("pgh_context")
    for row in trail:
        rows[row.pgh_obj_id].append(row)
    changes_by_target = (
        (target, list(_changes(rows[target.row or trial_id], _history_column(target)))) for target in targets
    )
    return {target.path: changes[-1] for target, changes in changes_by_target if changes}


def _changes(rows: Iterable, column: str) -> Iterator[LastChange]:
    """The trail rows that changed the column; every row if `column` is ""."""
    before: Any = None
    for row in rows:
        is_new = row.pgh_label == "insert" if before is None else _differs(row, before, column)
        if is_new and row.pgh_context:
            yield LastChange(row.pgh_created_at, row.pgh_context.actor)
        before = row


def _differs(row, before, column: str) -> bool:
    return not column or getattr(row, column) != getattr(before, column)


def _history_column(target: path_resolution.PathTarget) -> str:
    return "facility_id" if target.site_id and target.entry_key else target.column
