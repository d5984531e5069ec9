"""What differs between the record last taken in and our rows: what would change at the registry. Pure.

Entries of lists are paired directly, by content, then by name, then in order: there is no third version to ask.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import to_builtins

from publishing.trial_data import Row, TrialData
from registries.ctgov import rows_to_study, study_to_rows
from registries.ctgov.list_matching import Entry, entry_digest, entry_name, track_entries
from registries.ctgov.list_paths import row_ids_by_path
from registries.ctgov.merge import has_same_value
from registries.ctgov.path_targets import LOCATIONS_PATH, site_value
from registries.ctgov.schema import Study
from registries.ctgov.serializer import study_to_json
from sites.choices import Listing

Json = dict[str, Any]


class Difference(NamedTuple):
    """One place where the two say something else. None: nothing. `name` is what a site or an entry is called."""

    path: str
    theirs: Any
    ours: Any
    name: str = ""


def differences(bundle: TrialData, received: Study) -> list[Difference]:
    """Every difference, in the order of the record, sites last."""
    ours = rows_to_study.build_study(bundle)
    ours.document_section = received.document_section  # not in our rows
    comparing = _Differ(row_ids_by_path(bundle))
    found = list(comparing.object("", study_to_json(received), study_to_json(ours)))
    with_status = rows_to_study.sends_site_statuses(bundle, received)
    return found + list(
        _site_differences(rows_to_study.exported_sites(bundle), study_to_rows.locations_of(received), with_status)
    )


class _Differ:
    def __init__(self, row_ids: dict[str, list[int]]):
        self.row_ids = row_ids

    def object(self, path: str, theirs: Json, ours: Json, name: str = "") -> Iterator[Difference]:
        for key in {**theirs, **ours}:
            inner = f"{path}.{key}" if path else key
            yield from self.value(inner, theirs.get(key), ours.get(key), name)

    def value(self, path: str, theirs: Any, ours: Any, name: str) -> Iterator[Difference]:
        if path == LOCATIONS_PATH or has_same_value(theirs, ours):
            return
        if path in self.row_ids:
            yield from self.entries(path, theirs or [], ours or [])
        elif isinstance(theirs or ours, dict):
            yield from self.object(path, theirs or {}, ours or {}, name)
        else:
            yield Difference(path, theirs, ours, name)

    def entries(self, path: str, theirs: list[Entry], ours: list[Entry]) -> Iterator[Difference]:
        was = track_entries(ours, theirs)
        for place, entry in enumerate(ours):
            inner = f"{path}[#{self.row_ids[path][place]}]"
            if place in was:
                yield from self.object(inner, theirs[was[place]], entry, entry_name(entry))
            else:
                yield Difference(inner, None, entry, entry_name(entry))
        for place in sorted(set(range(len(theirs))) - set(was.values())):
            yield Difference(f"{path}[~{entry_digest(theirs[place])}]", theirs[place], None, entry_name(theirs[place]))
        kept = [was[place] for place in sorted(was)]
        if kept != sorted(kept):
            yield Difference(path, [entry_name(entry) for entry in theirs], [entry_name(entry) for entry in ours])


def _site_differences(sites: Sequence[Row], printed: list, with_status: bool) -> Iterator[Difference]:
    for site in sites:
        path, name = f"{LOCATIONS_PATH}[#{site['id']}]", rows_to_study.build_location(site).facility
        if site["listing"] != Listing.LISTED or site["position"] >= len(printed):
            yield Difference(path, None, site_value(site, ""), name)
            continue
        location = printed[site["position"]]
        said = {"facility": study_to_rows.facility_columns(location), "status": location.status}
        said["contacts"] = to_builtins(location.contacts)
        for inner, theirs in said.items():
            ours = "" if inner == "status" and not with_status else site_value(site, inner)
            if not has_same_value(theirs, ours):
                yield Difference(f"{path}.{inner}", theirs, ours, name)
