"""Resolves the path of a difference: a column of the trial, a row of one of its lists, or a value of a site. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from msgspec import to_builtins

from contacts.choices import RoleKind
from publishing.trial_data import Row, TrialData
from registries.choices import ConflictCategory
from registries.ctgov import field_map, rows_to_study, study_to_rows

#: Path of a contact list of the trial → the kind of its roles.
ROLE_KIND_BY_PATH = {
    field_map.to_camel_case(field_map.CENTRAL_CONTACTS): RoleKind.CENTRAL_CONTACT,
    field_map.to_camel_case(field_map.OFFICIALS): RoleKind.OFFICIAL,
}
_SITE_CATEGORIES = {
    "status": ConflictCategory.SITE_STATUS,
    "contacts": ConflictCategory.SITE_CONTACTS,
    "facility": ConflictCategory.SITE_PLACE,
}
_PATH = re.compile(r"(?P<field_path>[^\[]+)(?:\[(?P<mark>[#~])(?P<key>\w+)\](?:\.(?P<entry_key>\w+))?)?\Z")


class TargetMissing(LookupError):  # noqa: N818 (a state, not an error)
    """The row of the path has been deleted."""


@dataclass(frozen=True, slots=True)
class PathTarget:
    """`field_path` is the path of the column or list, `row` the id of an entry, `entry_key` the key in the entry."""

    path: str
    field_path: str
    row: int | None = None
    entry_key: str = ""

    @property
    def category(self) -> ConflictCategory:
        if self.field_path == field_map.LOCATIONS_PATH:
            return _SITE_CATEGORIES.get(self.entry_key, ConflictCategory.SITE)
        if self.field_path in ROLE_KIND_BY_PATH:
            return ConflictCategory.CONTACTS
        return ConflictCategory.STATUS if ".statusModule." in self.field_path else ConflictCategory.PROTOCOL

    @property
    def site_id(self) -> int | None:
        return self.row if self.field_path == field_map.LOCATIONS_PATH else None

    @property
    def column(self) -> str:
        """The column of Trial, or of the list's rows; "" for a whole row."""
        return field_map.COLUMN_BY_PATH.get(self.field_path, "") or _columns_of(self.field_path).get(self.entry_key, "")

    @property
    def is_known(self) -> bool:
        """Whether the path can be resolved; paths saved by older versions of the software may not."""
        return (
            bool(self.column)
            or self.field_path in (field_map.LOCATIONS_PATH, *ROLE_KIND_BY_PATH)
            or (self.is_entry and not self.entry_key)
        )

    @property
    def is_entry(self) -> bool:
        """Whether it is in a list that is stored as rows of a table."""
        return self.field_path in field_map.RELATION_BY_PATH and self.path != self.field_path


def parse_path(path: str) -> PathTarget:
    """The target of a path; without `field_path` for a path that cannot be parsed."""
    match = _PATH.match(path)
    if match is None:
        return PathTarget(path, "")
    row = int(match["key"]) if match["mark"] == "#" else None
    return PathTarget(path, match["field_path"], row, match["entry_key"] or "")


def current_value(target: PathTarget, trial_data: TrialData) -> Any:
    """Our value at the target, as in a record; None for no value. TargetMissing when the row has been deleted."""
    if target.field_path == field_map.LOCATIONS_PATH:
        return site_value(_find_row(trial_data.sites, target.row), target.entry_key)
    if target.field_path in ROLE_KIND_BY_PATH:
        return _contact_values(trial_data, ROLE_KIND_BY_PATH[target.field_path]) or None
    if target.is_entry:
        return None if target.row is None else _entry_value(target, trial_data)
    if not target.column:
        raise TargetMissing(target.path)
    value = to_builtins(rows_to_study.record_value(target.column, trial_data.trial[target.column]))
    return None if value in ("", []) else value


def site_value(site: Row, entry_key: str) -> Any:
    """Our value of a site, in the form in which an import compares it; `entry_key` "" for the whole location."""
    location = rows_to_study.build_location(site)
    if entry_key == "status":
        return site["status"]
    if entry_key == "facility":
        return study_to_rows.facility_columns(location)
    return to_builtins(location.contacts if entry_key == "contacts" else location)


def _entry_value(target: PathTarget, trial_data: TrialData) -> Any:
    row = _find_row(rows_to_study.rows_for_path(trial_data, target.field_path), target.row)
    entry = to_builtins(rows_to_study.build_entry(target.field_path, row))
    return entry.get(target.entry_key) if target.entry_key else entry


def _contact_values(trial_data: TrialData, kind: RoleKind) -> list:
    if kind == RoleKind.OFFICIAL:
        return to_builtins(
            [rows_to_study.build_official(role) for role in rows_to_study.active_roles(trial_data.roles, kind)]
        )
    return to_builtins(rows_to_study.build_contacts(trial_data.roles, kind))


def _find_row(rows: list[Row], pk: int | None) -> Row:
    for row in rows:
        if row["id"] == pk:
            return row
    raise TargetMissing(pk)


def _columns_of(list_path: str) -> dict[str, str]:
    """Key of a list's entry in a record → column of its row; empty for other paths."""
    if list_path not in field_map.RELATION_BY_PATH:
        return {}
    _, fields = rows_to_study.LIST_ENTRY_TYPES[field_map.RELATION_BY_PATH[list_path]]
    return {field_map.to_camel_case(attribute): column for column, attribute in fields.items()}
