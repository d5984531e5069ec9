"""A word of its own in a field that is not everybody's, and what is about somebody alone."""

from dataclasses import dataclass

from common.permissions import Rights, read_rights

#: What is one's own; the role is the one of whom it belongs to. Others do not know of it, administrators neither.
OWN = read_rights("What is one's own", "- - r - - - - | All of it | *")
#: What no page shows to anybody.
KEPT = read_rights("What is kept and never shown", "- - - - - - - | All of it | *")


@dataclass(frozen=True, eq=False)
class Canary:
    """A value that stands in one field of one object."""

    word: str
    realm: str
    about: str
    rights: Rights
    field: str
