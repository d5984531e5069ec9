"""Rules of one trial: stopping, dates, enrollment, lengths.

The subject is anything with the attributes of a Trial: the model, or a row of it.
"""

from collections.abc import Callable

from trials.codes import DateType, EnrollmentType, OverallStatus
from trials.date_rules import DATE_RULES
from trials.rule import Level, Rule

S = OverallStatus

STOPPED = frozenset({S.SUSPENDED, S.TERMINATED, S.WITHDRAWN})
ENDED = frozenset({S.COMPLETED, S.TERMINATED, S.WITHDRAWN})
STILL_ENROLLING = frozenset({S.RECRUITING, S.NOT_YET_RECRUITING, S.ENROLLING_BY_INVITATION, S.SUSPENDED})
WHY_STOPPED_LENGTH = 250
LENGTHS = {
    "org_study_id": (30, "organization's study ID"),
    "brief_title": (300, "brief title"),
    "official_title": (600, "official title"),
    "acronym": (14, "acronym"),
    "brief_summary": (5_000, "brief summary"),
    "detailed_description": (32_000, "detailed description"),
    "eligibility_criteria": (20_000, "text of the eligibility criteria"),
}
PRS = "ClinicalTrials.gov PRS data element definitions"


def _in(statuses, then: Callable) -> Callable:
    """A check that concerns trials of some overall statuses only."""
    return lambda trial, on: trial.overall_status not in statuses or then(trial)


def _enrollment_is(kind: EnrollmentType) -> Callable:
    return lambda trial: not trial.enrollment_type or trial.enrollment_type == kind


def _at_most(field: str, length: int) -> Callable:
    return lambda trial, on: len(getattr(trial, field)) <= length


STOPPING_RULES = (
    Rule(
        id="why-stopped-only-when-stopped",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text="Say why the trial stopped only when it is suspended, terminated or withdrawn.",
        source=PRS,
        check=lambda trial, on: not trial.why_stopped or trial.overall_status in STOPPED,
        fields=("why_stopped", "overall_status"),
    ),
    Rule(
        id="why-stopped-is-said",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text="Say why the trial stopped.",
        source=f"{PRS}; 15 of 98 older records lack it",
        check=_in(STOPPED, lambda trial: trial.why_stopped.strip() != ""),
        fields=("why_stopped", "overall_status"),
    ),
    Rule(
        id="why-stopped-length",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text=f"The reason for stopping has at most {WHY_STOPPED_LENGTH} characters.",
        source=PRS,
        check=_at_most("why_stopped", WHY_STOPPED_LENGTH),
        fields=("why_stopped",),
    ),
)

ENROLLMENT_RULES = (
    Rule(
        id="withdrawn-enrolled-nobody",
        level=Level.WARNING,
        text="A withdrawn trial enrolled nobody: its enrollment is 0, actual.",
        source=PRS,
        check=_in(
            {S.WITHDRAWN}, lambda trial: trial.enrollment_count in (None, 0) and _enrollment_is(DateType.ACTUAL)(trial)
        ),
        fields=("enrollment_count", "enrollment_type", "overall_status"),
    ),
    Rule(
        id="ended-enrollment-is-actual",
        level=Level.WARNING,
        text="The trial has ended, so its enrollment is the actual number.",
        source=PRS,
        check=_in({S.COMPLETED, S.TERMINATED}, _enrollment_is(EnrollmentType.ACTUAL)),
        fields=("enrollment_type", "overall_status"),
    ),
    Rule(
        id="open-enrollment-is-estimated",
        level=Level.WARNING,
        text="The trial still enrolls, so its enrollment is an estimate.",
        source=PRS,
        check=_in(STILL_ENROLLING, _enrollment_is(EnrollmentType.ESTIMATED)),
        fields=("enrollment_type", "overall_status"),
    ),
)

LENGTH_RULES = tuple(
    Rule(
        id=f"{field.replace('_', '-')}-length",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text=f"The {words} has at most {length:,} characters.",
        source=PRS,
        check=_at_most(field, length),
        fields=(field,),
    )
    for field, (length, words) in LENGTHS.items()
)

TRIAL_RULES = STOPPING_RULES + DATE_RULES + ENROLLMENT_RULES + LENGTH_RULES

TABLES = {
    "Why a trial stopped": STOPPING_RULES,
    "Dates": DATE_RULES,
    "Enrollment of a trial": ENROLLMENT_RULES,
    "Lengths": LENGTH_RULES,
}
