"""Groups of the overview: by status, sponsor, country or phase.

A trial with sites in several countries is listed in the group of each of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Func, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Lower

from common.enum_labels import choice_label
from trials.choices import OverallStatus, Phase
from trials.status_display import NOT_PUBLISHED

#: Sort rank: statuses under way first, ended and unknown ones last.
STATUS_RANKS = {
    status: rank
    for rank, status in enumerate(
        (
            OverallStatus.RECRUITING,
            OverallStatus.AVAILABLE,
            OverallStatus.ENROLLING_BY_INVITATION,
            OverallStatus.NOT_YET_RECRUITING,
            "",
            OverallStatus.SUSPENDED,
            OverallStatus.TEMPORARILY_NOT_AVAILABLE,
            OverallStatus.ACTIVE_NOT_RECRUITING,
            OverallStatus.UNKNOWN,
            OverallStatus.COMPLETED,
            OverallStatus.TERMINATED,
            OverallStatus.WITHDRAWN,
            OverallStatus.NO_LONGER_AVAILABLE,
            OverallStatus.APPROVED_FOR_MARKETING,
            OverallStatus.WITHHELD,
        )
    )
}


def status_rank() -> Case:
    """The sort rank of `shown_status`."""
    whens = [When(shown_status=status, then=Value(rank)) for status, rank in STATUS_RANKS.items()]
    return Case(*whens, output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group trials: an expression, the order of its values, and the heading of a value."""

    label: str
    value: Callable
    order: Callable[[], Sequence]
    heading: Callable[[str], str]

    def annotate(self, trials: QuerySet) -> QuerySet:
        return trials.annotate(group_value=self.value())


def _phase_heading(value: str) -> str:
    """ "PHASE1,PHASE2" as "Phase 1, Phase 2"."""
    return ", ".join(choice_label(code, "Phase") for code in value.split(",") if code in Phase) or "No phase"


def _text(expression) -> Coalesce:
    return Coalesce(Cast(expression, TextField()), Value(""), output_field=TextField())


def _phases() -> Func:
    return Func(F("phases"), Value(","), function="array_to_string", output_field=TextField())


def _text_order() -> Sequence:
    """Alphabetical, without a value last."""
    return [Case(When(group_value="", then=1), default=0), Lower("group_value"), F("group_value")]


GROUPINGS = {
    "status": Grouping(
        "Status",
        lambda: _text("shown_status"),
        lambda: [status_rank()],
        lambda value: choice_label(value, "OverallStatus") or NOT_PUBLISHED,
    ),
    "sponsor": Grouping("Sponsor", lambda: _text("lead_sponsor"), _text_order, lambda value: value or "No sponsor"),
    "country": Grouping(
        "Country",
        lambda: _text("trial_sites__facility__country"),
        _text_order,
        lambda value: value or "No country",
    ),
    "phase": Grouping("Phase", _phases, _text_order, _phase_heading),
}
