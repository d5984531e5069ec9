"""A third value, neither the registry's nor ours, typed by whoever decides."""

from django.core.exceptions import ValidationError

from registries.choices import Thing
from registries.conflicts.contact_forms import PeopleAnswer
from registries.conflicts.manual_value_forms import Answer, ColumnAnswer, PlaceAnswer, StatusAnswer
from registries.conflicts.open_conflicts import Question
from registries.conflicts.services import Outcome, decide_otherwise
from registries.ctgov.path_targets import Target
from trials.admin.fieldsets import DERIVED

NEVER_TYPED = frozenset({*DERIVED, "retractions"})
ANSWERS: dict[Thing, type[Answer]] = {
    Thing.SITE_STATUS: StatusAnswer,
    Thing.SITE_PLACE: PlaceAnswer,
    Thing.SITE_CONTACTS: PeopleAnswer,
    Thing.CONTACTS: PeopleAnswer,
}


def answer_for(target: Target) -> type[Answer] | None:
    """How another answer is typed there; None for a whole row, and for a column that nobody types."""
    is_typed = bool(target.column) and target.column not in NEVER_TYPED
    return ANSWERS.get(target.thing) or (ColumnAnswer if is_typed else None)


class ThirdValue:
    """A question with the form for another answer, bound when it is posted. LookupError where no answer is typed."""

    def __init__(self, question: Question, request):
        kind = None if question.is_gone else answer_for(question.target)
        if kind is None:
            raise LookupError("Nobody types another answer there.")
        self.question, self.user = question, request.user
        self.answer = kind(question, request)

    def save(self, seen: str) -> Outcome | None:
        """What became of it; None when the form, or a rule of statuses, refuses and says why in the form."""
        if not self.answer.is_valid():
            return None
        try:
            return decide_otherwise(
                self.user, self.question.conflict.pk, seen, self.answer.write, reason=self.answer.why
            )
        except ValidationError as error:
            self.answer.form.refuse(error)
            return None
