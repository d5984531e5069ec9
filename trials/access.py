"""Who may do what with which field: the words of the matrix, and how a room writes its part of it.

A table has a line for each group of fields and a column for each role. The role counts where it holds: a site's
coordinator is one at that site, and the public elsewhere. What no line names, nobody may read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trials.grants import is_administrator, reads_everything


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
    def words(self) -> str:
        return self.value.capitalize().replace("_", " ")


class Action(StrEnum):
    READ = "reads"
    PROPOSE = "proposes"
    CHANGE = "changes"


Roles = Collection[Role]
HISTORY = "history"  # who changed what, when and why
REST = "*"
MARKS = {
    "-": frozenset(),
    "r": frozenset({Action.READ}),
    "p": frozenset({Action.READ, Action.PROPOSE}),
    "w": frozenset({Action.READ, Action.CHANGE}),
}


@dataclass(frozen=True)
class Right:
    """One line: some fields, in words and by name, and what each role may do with them."""

    what: str
    fields: tuple[str, ...]
    actions: Mapping[Role, frozenset[Action]]


@dataclass(frozen=True)
class Rights:
    """The lines about one kind of thing."""

    title: str
    note: str
    lines: tuple[Right, ...]

    def line_of(self, field: str) -> Right | None:
        """The line that names a field, else the line of the rest."""
        named = (line for name in (field, REST) for line in self.lines if name in line.fields)
        return next(named, None)

    def allows(self, action: Action, field: str, roles: Roles) -> bool:
        """Whether any of the roles that somebody has over a thing lets them do that with the field."""
        line = self.line_of(field)
        return line is not None and any(action in line.actions[role] for role in roles)

    def changes_anything(self, roles: Roles) -> bool:
        return any(Action.CHANGE in line.actions[role] for line in self.lines for role in roles)


def read_rights(title: str, table: str, *, note: str = "") -> Rights:
    """A table as it is written in the rooms: `a mark for each role | words | names of fields`.

    Marks: `-` nothing, `r` reads, `p` reads and proposes, `w` reads and changes. ValueError for a line that is not so.
    """
    return Rights(title, note, tuple(_read(line) for line in table.strip().splitlines()))


def _read(line: str) -> Right:
    marks, what, fields = (part.strip() for part in line.split("|"))
    actions = {role: MARKS[mark] for role, mark in zip(Role, marks.split(), strict=True)}
    return Right(what, tuple(fields.split()), actions)


def roles_of(user) -> frozenset[Role]:
    """What somebody is, wherever it holds."""
    return frozenset({*everywhere(user), *map(Role, getattr(user, "kinds_in_force", ()))})


def everywhere(user) -> frozenset[Role]:
    """What somebody is over each and every thing."""
    if not reads_everything(user):
        return frozenset({Role.PUBLIC})
    held = {Role(kind) for kind in user.kinds_in_force} & {Role.MANAGER, Role.INSPECTOR}
    return frozenset({Role.PUBLIC, *held, *([Role.ADMINISTRATOR] if is_administrator(user) else [])})
