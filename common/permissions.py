"""Roles of a user, and field permissions by role.

A permission table has a line for each group of fields and a column for each role. A role counts for its object: a site
coordinator has that role on the assigned site, and the role PUBLIC elsewhere. A field without a line cannot be read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class UserRole(StrEnum):
    """Roles of a user on an object; the four in the middle are kinds of assignments."""

    PUBLIC = "PUBLIC"
    PARTNER = "PARTNER"
    SITE_COORDINATOR = "SITE_COORDINATOR"
    TRIAL_COORDINATOR = "TRIAL_COORDINATOR"
    MANAGER = "MANAGER"
    INSPECTOR = "INSPECTOR"
    ADMINISTRATOR = "ADMINISTRATOR"

    @property
    def label(self) -> str:
        return self.value.capitalize().replace("_", " ")


class Action(StrEnum):
    READ = "reads"
    PROPOSE = "proposes"
    CHANGE = "changes"


Roles = Collection[UserRole]
HISTORY = "history"  # who changed what, when and why
OTHER_FIELDS = "*"
SYMBOLS = {
    "-": frozenset(),
    "r": frozenset({Action.READ}),
    "p": frozenset({Action.READ, Action.PROPOSE}),
    "w": frozenset({Action.READ, Action.CHANGE}),
}


@dataclass(frozen=True)
class FieldPermission:
    """One line of a table: label, field names, and the allowed actions of each role."""

    label: str
    fields: tuple[str, ...]
    actions: Mapping[UserRole, frozenset[Action]]


@dataclass(frozen=True)
class PermissionTable:
    """The permissions for one type of object."""

    title: str
    note: str
    entries: tuple[FieldPermission, ...]

    def entry_for(self, field: str) -> FieldPermission | None:
        """The entry that names a field, else the entry of OTHER_FIELDS."""
        matches = (entry for name in (field, OTHER_FIELDS) for entry in self.entries if name in entry.fields)
        return next(matches, None)

    def allows(self, action: Action, field: str, roles: Roles) -> bool:
        """Whether any of the roles allows the action on the field."""
        entry = self.entry_for(field)
        return entry is not None and any(action in entry.actions[role] for role in roles)

    def allows_any_change(self, roles: Roles) -> bool:
        return any(Action.CHANGE in entry.actions[role] for entry in self.entries for role in roles)


def parse_permission_table(title: str, table: str, *, note: str = "") -> PermissionTable:
    """Parse a table of lines `a symbol for each role | label | names of fields`.

    Symbols: `-` none, `r` reads, `p` reads and proposes, `w` reads and changes. ValueError for another format.
    """
    return PermissionTable(title, note, tuple(_parse_entry(line) for line in table.strip().splitlines()))


def _parse_entry(line: str) -> FieldPermission:
    symbols, label, fields = (part.strip() for part in line.split("|"))
    actions = {role: SYMBOLS[symbol] for role, symbol in zip(UserRole, symbols.split(), strict=True)}
    return FieldPermission(label, tuple(fields.split()), actions)


def all_roles(user) -> frozenset[UserRole]:
    """All roles of the user on any object."""
    return frozenset({*global_roles(user), *map(UserRole, getattr(user, "kinds_in_force", ()))})


def global_roles(user) -> frozenset[UserRole]:
    """Roles of the user on every object."""
    if not reads_everything(user):
        return frozenset({UserRole.PUBLIC})
    active_kinds = {UserRole(kind) for kind in user.kinds_in_force} & {UserRole.MANAGER, UserRole.INSPECTOR}
    return frozenset({UserRole.PUBLIC, *active_kinds, *([UserRole.ADMINISTRATOR] if is_administrator(user) else [])})


def reads_everything(user) -> bool:
    """Whether the user reads everything: administrators, managers, inspectors. False for anonymous users."""
    return getattr(user, "reads_everything", False)


def is_administrator(user) -> bool:
    return getattr(user, "is_administrator", False)


def has_any_assignment(user) -> bool:
    """Whether the user has any active assignment."""
    return getattr(user, "has_any_assignment", False)
