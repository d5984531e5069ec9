"""Field permissions by role, active assignments, and scope checks after a save.

A permission table has a line for each group of fields and a column for each role. A role counts for its object: a site
coordinator has that role on the assigned site, and the role PUBLIC elsewhere. A field without a line cannot be read.

Assignments are queried by the reverse relation `assignments` of trials and sites.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from common import dates


def active_assignment_q(user, path: str = "assignments") -> Q:
    """Filter by an assignment of the user at `path` that is active today. An inactive user has none."""
    today = dates.today()
    conditions = {"user": user, "user__is_active": True, "starts_on__lte": today}
    started = Q(**{f"{path}__{name}": value for name, value in conditions.items()})
    return started & (Q(**{f"{path}__ends_on__isnull": True}) | Q(**{f"{path}__ends_on__gte": today}))


def reads_everything(user) -> bool:
    """Whether the user reads everything: administrators, managers, inspectors. False for anonymous users."""
    return getattr(user, "reads_everything", False)


def is_administrator(user) -> bool:
    return getattr(user, "is_administrator", False)


def has_any_assignment(user) -> bool:
    """Whether the user has any active assignment."""
    return getattr(user, "has_any_assignment", False)


LEFT_SCOPE_MESSAGE = (
    "This change would remove your own access, so it was not saved. "
    "Ask a coordinator of the trial or an administrator to make it."
)


class LeftScopeError(ValidationError):
    """A saved row is no longer in the user's scope; the transaction is rolled back."""

    def __init__(self):
        super().__init__(LEFT_SCOPE_MESSAGE, code="left-scope")


def ensure_still_in_scope(scope: QuerySet, row: Model) -> None:
    """LeftScopeError unless the row, read again, is in the scope."""
    if not scope.filter(pk=row.pk).exists():
        raise LeftScopeError


@contextmanager
def still_in_scope(scope: QuerySet, row: Model) -> Iterator[None]:
    """Roll the block back with LeftScopeError when it moved the row out of the scope.

    `with still_in_scope(TrialSite.objects.editable_by(user), site): …`
    """
    with transaction.atomic():
        yield
        ensure_still_in_scope(scope, row)


class Role(StrEnum):
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


Roles = Collection[Role]
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
    actions: Mapping[Role, frozenset[Action]]


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
    actions = {role: SYMBOLS[symbol] for role, symbol in zip(Role, symbols.split(), strict=True)}
    return FieldPermission(label, tuple(fields.split()), actions)


def all_roles(user) -> frozenset[Role]:
    """All roles of the user on any object."""
    return frozenset({*global_roles(user), *map(Role, getattr(user, "kinds_in_force", ()))})


def global_roles(user) -> frozenset[Role]:
    """Roles of the user on every object."""
    if not reads_everything(user):
        return frozenset({Role.PUBLIC})
    active_kinds = {Role(kind) for kind in user.kinds_in_force} & {Role.MANAGER, Role.INSPECTOR}
    return frozenset({Role.PUBLIC, *active_kinds, *([Role.ADMINISTRATOR] if is_administrator(user) else [])})
