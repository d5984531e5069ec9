"""Resolves a conflict with another value, which the user enters."""

from django.core.exceptions import ValidationError

from registries.choices import ConflictCategory
from registries.conflicts.contact_forms import ContactListEditor
from registries.conflicts.manual_value_forms import ColumnEditor, SiteFacilityEditor, StatusEditor, ValueEditor
from registries.conflicts.open_conflicts import OpenConflict
from registries.conflicts.services import ResolutionResult, resolve_with_value
from registries.ctgov.path_targets import PathTarget
from trials.admin.fieldsets import DERIVED_FIELDS

READ_ONLY_COLUMNS = frozenset({*DERIVED_FIELDS, "retractions"})
EDITORS: dict[ConflictCategory, type[ValueEditor]] = {
    ConflictCategory.SITE_STATUS: StatusEditor,
    ConflictCategory.SITE_PLACE: SiteFacilityEditor,
    ConflictCategory.SITE_CONTACTS: ContactListEditor,
    ConflictCategory.CONTACTS: ContactListEditor,
}


def editor_for(target: PathTarget) -> type[ValueEditor] | None:
    """The editor for a target; None for a whole row and for read-only columns."""
    is_editable = bool(target.column) and target.column not in READ_ONLY_COLUMNS
    return EDITORS.get(target.category) or (ColumnEditor if is_editable else None)


class ManualResolution:
    """A conflict with the form for another value, bound for POST. LookupError where no other value can be entered."""

    def __init__(self, open_conflict: OpenConflict, request):
        editor_class = None if open_conflict.is_target_missing else editor_for(open_conflict.target)
        if editor_class is None:
            raise LookupError("No other value can be entered for this conflict.")
        self.open_conflict, self.user = open_conflict, request.user
        self.editor = editor_class(open_conflict, request)

    def save(self, seen_digest: str) -> ResolutionResult | None:
        """The result; None when the form is invalid or a status rule refuses, with the errors in the form."""
        if not self.editor.is_valid():
            return None
        try:
            return resolve_with_value(
                self.user, self.open_conflict.conflict.pk, seen_digest, self.editor.write, reason=self.editor.why
            )
        except ValidationError as error:
            self.editor.form.refuse(error)
            return None
