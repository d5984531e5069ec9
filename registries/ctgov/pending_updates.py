"""Differences between the last imported record and our rows: the updates pending at the registry. Pure.

List entries are matched between the two versions by content, then by name, then by similarity.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import to_builtins

from publishing.trial_data import Row, TrialData
from registries.ctgov import field_map, list_matching, merge, path_resolution, rows_to_study, serializer, study_to_rows
from registries.ctgov.schema import Study
from sites.choices import Listing

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
