"""A word of its own in a field that is not everybody's, and what is about somebody alone."""

from dataclasses import dataclass

from common.permissions import PermissionTable, parse_permission_table

#: What is one's own; the role is the one of whom it belongs to. Others do not know of it, administrators neither.
OWN_DATA = parse_permission_table("What is one's own", "- - r - - - - | All of it | *")
#: What no page shows to anybody.
NEVER_SHOWN = parse_permission_table("What is kept and never shown", "- - - - - - - | All of it | *")


@dataclass(frozen=True, eq=False)
class Sentinel:
    """A value that stands in one field of one object."""

    word: str
    realm: str
    about: str
    permission_table: PermissionTable
    field: str
