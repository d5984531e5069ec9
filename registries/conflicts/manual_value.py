"""A third value, neither the registry's nor ours, typed by whoever decides."""

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
    """How another answer is typed there; None for a whole row, and for a column that nobody types."""
    is_typed = bool(target.column) and target.column not in READ_ONLY_COLUMNS
    return EDITORS.get(target.category) or (ColumnEditor if is_typed else None)


class ManualResolution:
    """A question with the form for another answer, bound when it is posted. LookupError where no answer is typed."""

    def __init__(self, open_conflict: OpenConflict, request):
        kind = None if open_conflict.is_target_missing else editor_for(open_conflict.target)
        if kind is None:
            raise LookupError("Nobody types another answer there.")
        self.open_conflict, self.user = open_conflict, request.user
        self.editor = kind(open_conflict, request)

    def save(self, seen_digest: str) -> ResolutionResult | None:
        """What became of it; None when the form, or a rule of statuses, refuses and says why in the form."""
        if not self.editor.is_valid():
            return None
        try:
            return resolve_with_value(
                self.user, self.open_conflict.conflict.pk, seen_digest, self.editor.write, reason=self.editor.why
            )
        except ValidationError as error:
            self.editor.form.refuse(error)
            return None
