"""Where a path of a comparison leads: a column of the trial, a row of one of its lists, something of a site. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from msgspec import to_builtins

from contacts.choices import RoleKind
from publishing.trial_data import Bundle, Row
from registries.choices import Thing
from registries.ctgov import field_map, rows_to_study, study_to_rows
from registries.ctgov.list_paths import RELATION_OF, rows_at

LOCATIONS = field_map.camel(field_map.LOCATIONS)
#: Lists of people of the trial → the kind of their roles.
PEOPLE = {
    field_map.camel(field_map.CENTRAL_CONTACTS): RoleKind.CENTRAL_CONTACT,
    field_map.camel(field_map.OFFICIALS): RoleKind.OFFICIAL,
}
_OF_A_SITE = {"status": Thing.SITE_STATUS, "contacts": Thing.SITE_CONTACTS, "facility": Thing.SITE_PLACE}
_PATH = re.compile(r"(?P<place>[^\[]+)(?:\[(?P<mark>[#~])(?P<key>\w+)\](?:\.(?P<inner>\w+))?)?\Z")


class Gone(LookupError):  # noqa: N818 (a state of affairs, not a mistake)
    """What the path leads to is no longer here."""


@dataclass(frozen=True, slots=True)
class Target:
    """`place` is the path of the column or list; `row` the id of the entry in it, `inner` what of the entry."""

    path: str
    place: str
    row: int | None = None
    inner: str = ""

    @property
    def thing(self) -> Thing:
        if self.place == LOCATIONS:
            return _OF_A_SITE.get(self.inner, Thing.SITE)
        if self.place in PEOPLE:
            return Thing.CONTACTS
        return Thing.STATUS if ".statusModule." in self.place else Thing.PROTOCOL

    @property
    def site_id(self) -> int | None:
        return self.row if self.place == LOCATIONS else None

    @property
    def column(self) -> str:
        """The column of Trial, or of the list's rows; "" for a whole row."""
        return field_map.COLUMN_AT.get(self.place, "") or _columns_of(self.place).get(self.inner, "")

    @property
    def is_known(self) -> bool:
        """Whether the path leads anywhere: those of older versions of the software may not."""
        return bool(self.column) or self.place in (LOCATIONS, *PEOPLE) or (self.is_entry and not self.inner)

    @property
    def is_entry(self) -> bool:
        """Whether it is in a list that is kept in rows of a table."""
        return self.place in RELATION_OF and self.path != self.place


def target_of(path: str) -> Target:
    found = _PATH.match(path)
    if found is None:
        return Target(path, "")
    row = int(found["key"]) if found["mark"] == "#" else None
    return Target(path, found["place"], row, found["inner"] or "")


def said_here(target: Target, bundle: Bundle) -> Any:
    """What our rows say there, spelt as in a record; None for nothing. Gone: the row itself is not here any more."""
    if target.place == LOCATIONS:
        return said_of_site(_row(bundle.sites, target.row), target.inner)
    if target.place in PEOPLE:
        return _people(bundle, PEOPLE[target.place]) or None
    if target.is_entry:
        return None if target.row is None else _of_entry(target, bundle)
    if not target.column:
        raise Gone(target.path)
    said = to_builtins(rows_to_study.trial_value(target.column, bundle.trial[target.column]))
    return None if said in ("", []) else said


def said_of_site(site: Row, inner: str) -> Any:
    """What our rows say of a site, in the shape in which an import compares it."""
    location = rows_to_study.location_of(site)
    shapes = {"status": lambda: site["status"], "facility": lambda: study_to_rows.place_of(location)}
    shapes["contacts"] = lambda: to_builtins(location.contacts)
    return shapes.get(inner, lambda: to_builtins(location))()


def _of_entry(target: Target, bundle: Bundle) -> Any:
    row = _row(rows_at(bundle, target.place), target.row)
    entry = to_builtins(rows_to_study.entry_at(target.place, row))
    return entry.get(target.inner) if target.inner else entry


def _people(bundle: Bundle, kind: RoleKind) -> list:
    if kind == RoleKind.OFFICIAL:
        return to_builtins([rows_to_study.official_of(role) for role in rows_to_study.held(bundle.roles, kind)])
    return to_builtins(rows_to_study.contacts_of(bundle.roles, kind))


def _row(found: list[Row], pk: int | None) -> Row:
    row = {one["id"]: one for one in found}.get(pk)
    if row is None:
        raise Gone(pk)
    return row


def _columns_of(place: str) -> dict[str, str]:
    """Key of an entry in a record → column of its row."""
    if place not in RELATION_OF:
        return {}
    _, fields = rows_to_study.ENTRIES[RELATION_OF[place]]
    return {field_map.camel(attribute): column for column, attribute in fields.items()}
