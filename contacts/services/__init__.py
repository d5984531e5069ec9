"""What people do with contacts. Each service is atomic, locks what it changes and speaks in ValidationErrors.

`version` is the one that the editor saw: another one in the database is a `StaleVersion`.
"""

from contacts.services.merges import merge_people, tell_apart, undo_merge
from contacts.services.people import add_person, demand_values, edit_person, end_role, give_role, verify_person
from contacts.services.replacements import replace_person, undo_replacement

__all__ = [
    "add_person", "demand_values", "edit_person", "end_role", "give_role",
    "merge_people", "replace_person", "tell_apart", "undo_merge", "undo_replacement", "verify_person",
]  # fmt: skip
