"""Who may do what with which field: the words of the matrix, and how a room writes its part of it.

A table has a line for each group of fields and a column for each role. The role counts where it holds: a site's
coordinator is one at that site, and the public elsewhere. What no line names, nobody may read.

What somebody was granted, as querysets ask it: by the reverse relation `assignments` of trials and sites.

A save that would put a row out of the saver's own reach is undone.
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
    """The user's assignments at the end of `path` that hold today. An inactive user has none."""
    today = dates.today()
    held = {"user": user, "user__is_active": True, "starts_on__lte": today}
    begun = Q(**{f"{path}__{name}": value for name, value in held.items()})
    return begun & (Q(**{f"{path}__ends_on__isnull": True}) | Q(**{f"{path}__ends_on__gte": today}))


def reads_everything(user) -> bool:
    """Whether nothing is hidden from somebody: administrators, managers, inspectors. Nobody is signed in: False."""
    return getattr(user, "reads_everything", False)


def is_administrator(user) -> bool:
    return getattr(user, "is_administrator", False)


def has_any_assignment(user) -> bool:
    """Whether somebody has a role of their own beyond what everybody may read."""
    return getattr(user, "has_any_assignment", False)


LEFT_SCOPE_MESSAGE = (
    "With this change it would no longer be yours, and you could not take the change back. "
    "Nothing was saved: ask whoever looks after the trial, or an administrator."
)


class LeftScopeError(ValidationError):
    """Raised, and everything undone, when a saved row is no longer in the scope it was changed from."""

    def __init__(self):
        super().__init__(LEFT_SCOPE_MESSAGE, code="left-scope")


def ensure_still_in_scope(scope: QuerySet, row: Model) -> None:
    """LeftScopeError unless the row, read again, is in the scope."""
    if not scope.filter(pk=row.pk).exists():
        raise LeftScopeError


@contextmanager
def still_in_scope(scope: QuerySet, row: Model) -> Iterator[None]:
    """What happens within is undone as a whole when it took the row out of the scope: LeftScopeError.

    `with staying_in(TrialSite.objects.editable_by(user), site): …`
    """
    with transaction.atomic():
        yield
        ensure_still_in_scope(scope, row)


class Role(StrEnum):
    """As what somebody looks at a thing; the four in the middle are kinds of assignments."""

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
    """One line: some fields, in words and by name, and what each role may do with them."""

    label: str
    fields: tuple[str, ...]
    actions: Mapping[Role, frozenset[Action]]


@dataclass(frozen=True)
class PermissionTable:
    """The lines about one kind of thing."""

    title: str
    note: str
    entries: tuple[FieldPermission, ...]

    def entry_for(self, field: str) -> FieldPermission | None:
        """The line that names a field, else the line of the rest."""
        named = (line for name in (field, OTHER_FIELDS) for line in self.entries if name in line.fields)
        return next(named, None)

    def allows(self, action: Action, field: str, roles: Roles) -> bool:
        """Whether any of the roles that somebody has over a thing lets them do that with the field."""
        line = self.entry_for(field)
        return line is not None and any(action in line.actions[role] for role in roles)

    def allows_any_change(self, roles: Roles) -> bool:
        return any(Action.CHANGE in line.actions[role] for line in self.entries for role in roles)


def parse_permission_table(title: str, table: str, *, note: str = "") -> PermissionTable:
    """A table as it is written in the rooms: `a mark for each role | words | names of fields`.

    Marks: `-` nothing, `r` reads, `p` reads and proposes, `w` reads and changes. ValueError for a line that is not so.
    """
    return PermissionTable(title, note, tuple(_parse_entry(line) for line in table.strip().splitlines()))


def _parse_entry(line: str) -> FieldPermission:
    marks, what, fields = (part.strip() for part in line.split("|"))
    actions = {role: SYMBOLS[mark] for role, mark in zip(Role, marks.split(), strict=True)}
    return FieldPermission(what, tuple(fields.split()), actions)


def all_roles(user) -> frozenset[Role]:
    """What somebody is, wherever it holds."""
    return frozenset({*global_roles(user), *map(Role, getattr(user, "kinds_in_force", ()))})


def global_roles(user) -> frozenset[Role]:
    """What somebody is over each and every thing."""
    if not reads_everything(user):
        return frozenset({Role.PUBLIC})
    held = {Role(kind) for kind in user.kinds_in_force} & {Role.MANAGER, Role.INSPECTOR}
    return frozenset({Role.PUBLIC, *held, *([Role.ADMINISTRATOR] if is_administrator(user) else [])})
