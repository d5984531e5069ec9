"""Services of contacts. Each is atomic, locks the rows that it changes and raises ValidationError.

`version` is the version that the editor saw; StaleVersion is raised when the row has another one.
"""

from contacts.services.merges import mark_as_different_people, merge_people, undo_merge
from contacts.services.people import (
    add_person,
    edit_person,
    end_role,
    give_role,
    replace_person,
    undo_replacement,
    validate_person_values,
    verify_person,
)

__all__ = [
    "add_person",
    "edit_person",
    "end_role",
    "give_role",
    "mark_as_different_people",
    "merge_people",
    "replace_person",
    "undo_merge",
    "undo_replacement",
    "validate_person_values",
    "verify_person",
]  # fmt: skip
