"""Sentinel values: unique texts in fields that are not public."""

from dataclasses import dataclass

from common.permissions import PermissionTable, parse_permission_table

#: Private data, for its owner only; here the owner is the site coordinator. Administrators cannot read it.
OWN_DATA = parse_permission_table("Private data", "- - r - - - - | All fields | *")
#: Data that no page shows.
NEVER_SHOWN = parse_permission_table("Data that is never shown", "- - - - - - - | All fields | *")


@dataclass(frozen=True, eq=False)
class Sentinel:
    """A unique value in one field of one object."""

    word: str
    realm: str
    about: str
    permission_table: PermissionTable
    field: str
