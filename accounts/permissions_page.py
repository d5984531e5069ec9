"""The whole matrix, and the page docs/access.md that prints it.

It stands here because accounts is the last room that has a part of it.

The pages that are not everybody's, and the line of the matrix by which each opens.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.permissions import GRANT, IMPORT, LOGIN, PARTNER
from common.permissions import Action, FieldPermission, PermissionTable, Role
from contacts.permissions import PERSON
from sites.permissions import FACILITY, SITE
from trials.permissions import TRIAL


@dataclass(frozen=True, slots=True)
class ProtectedPage:
    """It opens for those who may do `action` with `field` of the thing that it is about."""

    address: str
    permission_table: PermissionTable
    action: Action
    field: str

    @property
    def allowed_roles(self) -> list[Role]:
        return [role for role in Role if self.permission_table.allows(self.action, self.field, [role])]


PROTECTED_PAGES = (
    ProtectedPage("/trials/<key>/enrollment/", SITE, Action.READ, "enrollment_reports"),
    ProtectedPage("/trials/<key>/enrollment/lock/", SITE, Action.CHANGE, "month_locks"),
    ProtectedPage("/trials/<key>/activation/", SITE, Action.READ, "milestones"),
    ProtectedPage("/trials/<key>/registry/", SITE, Action.READ, "registry_conflicts"),
    ProtectedPage("/trials/<key>/registry/record.json", TRIAL, Action.READ, "registry_conflicts"),
    ProtectedPage("/people/<person>/", PERSON, Action.CHANGE, "name"),
    ProtectedPage("/work/trials/<key>/", SITE, Action.READ, "findings"),
    ProtectedPage("/work/trials/<key>/new-site/", SITE, Action.CHANGE, "status"),
    ProtectedPage("/work/trials/<key>/overall/", TRIAL, Action.CHANGE, "overall_status"),
    ProtectedPage("/work/trials/<key>/verification/", TRIAL, Action.CHANGE, "verified_on"),
    ProtectedPage("/work/sites/<site>/change/", SITE, Action.CHANGE, "status"),
    ProtectedPage("/work/bulk/choose/?site=<site>:1", SITE, Action.CHANGE, "status"),
    ProtectedPage("/work/proposals/<proposal>/", SITE, Action.READ, "proposals"),
    ProtectedPage("/work/reports/<report>/", SITE, Action.READ, "public_reports"),
)


MATRIX: tuple[PermissionTable, ...] = (TRIAL, SITE, FACILITY, PERSON, LOGIN, GRANT, PARTNER, IMPORT)
_INTRODUCTION = """\
# Who may do what

Written by `manage.py access` from the tables in `trials/permissions.py`, `sites/permissions.py`, `contacts/permissions.py` and
`accounts/permissions.py`; a test holds the two together. The admin shows and accepts by them, and a test asks every address
as every role and looks for what they hide.

A role counts where it holds: a site coordinator is one at their own sites, a trial coordinator at their own trials and
the sites of those, and both read like the public elsewhere. Managers, inspectors and administrators are that
everywhere; a manager who also looks after a trial changes there what its coordinator changes, and may correct a status
against the table of [the rules](rules.md), with a reason. Every grant has its days and ends by itself. What one may
not read looks like what does not exist.

Sessions, second factors, bulk changes and reminders are one's own: nobody else reads them, administrators neither.

**reads** · **proposes**: reads, and asks the one who decides · **changes**: reads and decides · –: does not know of it
"""


def page() -> str:
    """The page as Markdown, ending in a newline."""
    return "\n".join([_INTRODUCTION, *(_chapter(rights) for rights in MATRIX), _chapter_of_pages()])


def _chapter_of_pages() -> str:
    note = "For all others it looks as if it did not exist. What stands on it, and what it takes, is said above."
    return f"## Pages\n\n{note}\n\n{_table(['Page', 'opens for'], [_page_row(page) for page in PROTECTED_PAGES])}"


def _page_row(page: ProtectedPage) -> list[str]:
    return [f"`{page.address}`", ", ".join(role.label for role in page.allowed_roles)]


def _chapter(rights: PermissionTable) -> str:
    head = ["", *(role.label for role in Role)]
    note = f"{rights.note}\n\n" if rights.note else ""
    return f"## {rights.title}\n\n{note}{_table(head, [_row(line) for line in rights.entries])}"


def _row(line: FieldPermission) -> list[str]:
    return [line.label, *(_cell(line.actions[role]) for role in Role)]


def _cell(actions: frozenset[Action]) -> str:
    strongest = (action for action in (Action.CHANGE, Action.PROPOSE, Action.READ) if action in actions)
    return next((str(action) for action in strongest), "–")


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
