"""What people do with contacts. Each service is atomic, locks what it changes and speaks in ValidationErrors.

`version` is the one that the editor saw: another one in the database is a `StaleVersion`.
"""

from contacts.services.erasing import erase_person, may_erase
from contacts.services.keeping import add_person, demand_values, edit_person, verify_person
from contacts.services.merging import merge_people, tell_apart, undo_merge
from contacts.services.replacing import replace_person, undo_replacement
from contacts.services.roles import end_role, give_role

__all__ = [
    "add_person", "demand_values", "edit_person", "end_role", "erase_person", "give_role", "may_erase",
    "merge_people", "replace_person", "tell_apart", "undo_merge", "undo_replacement", "verify_person",
]  # fmt: skip
