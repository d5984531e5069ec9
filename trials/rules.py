"""Rules of one trial: reason for stopping, dates and their types, enrollment, lengths of texts.

A blank date or type violates no rule. A partial date is past when its last day is past, future when its first day is
ahead; in between either type is valid. The subject is any object with the attributes of a Trial.
"""

from collections.abc import Callable, Iterable

from common.partial_dates import PartialDate, compare_at_coarser
from common.rule_types import Level, Rule
from trials.choices import DateType, EnrollmentType, OverallStatus

Status = OverallStatus
PRS = "ClinicalTrials.gov PRS data element definitions"
CTRP = "NCI CTRP, trial status and date rules"

DATE_LABELS = {"start": "start", "primary_completion": "primary completion", "completion": "completion"}
COMPLETIONS = ("primary_completion", "completion")
ORDERED_DATES = (("start", "primary_completion"), ("primary_completion", "completion"), ("start", "completion"))
STARTED = frozenset({Status.ACTIVE_NOT_RECRUITING, Status.SUSPENDED, Status.COMPLETED, Status.TERMINATED})


def _date(trial, name: str) -> PartialDate | None:
    text = getattr(trial, f"{name}_on")
    return PartialDate(text) if text else None


def _type(trial, name: str) -> str:
    return getattr(trial, f"{name}_type")


def _past_is_actual(name: str) -> Callable:
    def check(trial, on) -> bool:
        day = _date(trial, name)
        return day is None or day.last_day >= on or _type(trial, name) != DateType.ESTIMATED

    return check


def _future_is_estimated(name: str) -> Callable:
    def check(trial, on) -> bool:
        day = _date(trial, name)
        return day is None or day.first_day <= on or _type(trial, name) != DateType.ACTUAL

    return check


def _in_order(earlier: str, later: str) -> Callable:
    def check(trial, on) -> bool:
        first, second = _date(trial, earlier), _date(trial, later)
        return first is None or second is None or compare_at_coarser(first, second) <= 0

    return check


def _date_types_are(kind: DateType, names: Iterable[str], statuses: Iterable[str]) -> Callable:
    """In these overall statuses each given date with a type has this type."""
    return lambda trial, on: (
        trial.overall_status not in statuses
        or all(_type(trial, name) in ("", kind) for name in names if getattr(trial, f"{name}_on"))
    )


def _start_is_ahead(trial, on) -> bool:
    day = _date(trial, "start")
    return trial.overall_status != Status.NOT_YET_RECRUITING or day is None or day.last_day >= on


def _type_fields(names: Iterable[str]) -> tuple[str, ...]:
    return (*(f"{name}_type" for name in names), "overall_status")


DATE_TYPE_RULES = tuple(
    rule
    for name, label in DATE_LABELS.items()
    for rule in (
        Rule(
            id=f"past-{name.replace('_', '-')}-is-actual",
            level=Level.ERROR,
            level_on_import=Level.WARNING,
            text=f"The {label} date has passed. Set its type to actual, or enter a new estimate.",
            source=PRS,
            check=_past_is_actual(name),
            fields=(f"{name}_type", f"{name}_on"),
        ),
        Rule(
            id=f"future-{name.replace('_', '-')}-is-estimated",
            level=Level.ERROR,
            level_on_import=Level.WARNING,
            text=f"A {label} date in the future must be estimated.",
            source=PRS,
            check=_future_is_estimated(name),
            fields=(f"{name}_type", f"{name}_on"),
        ),
    )
)

ORDER_RULES = tuple(
    Rule(
        id=f"{earlier.replace('_', '-')}-before-{later.replace('_', '-')}",
        level=Level.ERROR,
        text=f"The {DATE_LABELS[later]} cannot be before the {DATE_LABELS[earlier]}.",
        source=f"{PRS}; no record of 1,711 breaks it",
        check=_in_order(earlier, later),
        fields=(f"{later}_on", f"{earlier}_on"),
    )
    for earlier, later in ORDERED_DATES
)

STATUS_DATE_RULES = (
    Rule(
        id="not-yet-recruiting-has-not-started",
        level=Level.WARNING,
        text="The trial is not yet recruiting, but its start date has passed.",
        source=CTRP,
        check=_start_is_ahead,
        fields=("start_on", "overall_status"),
    ),
    Rule(
        id="not-yet-recruiting-dates-are-estimated",
        level=Level.WARNING,
        text="While the trial is not yet recruiting, all its dates must be estimated.",
        source=CTRP,
        check=_date_types_are(DateType.ESTIMATED, DATE_LABELS, {Status.NOT_YET_RECRUITING}),
        fields=_type_fields(DATE_LABELS),
    ),
    Rule(
        id="recruiting-completion-is-estimated",
        level=Level.WARNING,
        text="The completion date must be estimated while the trial is recruiting.",
        source=CTRP,
        check=_date_types_are(DateType.ESTIMATED, ("completion",), {Status.RECRUITING}),
        fields=_type_fields(("completion",)),
    ),
    Rule(
        id="started-trial-start-is-actual",
        level=Level.WARNING,
        text="The trial has started. Set the type of its start date to actual.",
        source=CTRP,
        check=_date_types_are(DateType.ACTUAL, ("start",), STARTED),
        fields=_type_fields(("start",)),
    ),
    Rule(
        id="ended-trial-completions-are-actual",
        level=Level.WARNING,
        text="The trial has ended. Set the type of both completion dates to actual.",
        source=CTRP,
        check=_date_types_are(DateType.ACTUAL, COMPLETIONS, {Status.COMPLETED, Status.TERMINATED}),
        fields=_type_fields(COMPLETIONS),
    ),
)

DATE_RULES = DATE_TYPE_RULES + ORDER_RULES + STATUS_DATE_RULES


STOPPED = frozenset({Status.SUSPENDED, Status.TERMINATED, Status.WITHDRAWN})
ENDED = frozenset({Status.COMPLETED, Status.TERMINATED, Status.WITHDRAWN})
STILL_ENROLLING = frozenset(
    {Status.RECRUITING, Status.NOT_YET_RECRUITING, Status.ENROLLING_BY_INVITATION, Status.SUSPENDED}
)
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


def _for_statuses(statuses, check: Callable) -> Callable:
    """Restrict a check to trials with these overall statuses."""
    return lambda trial, on: trial.overall_status not in statuses or check(trial)


def _enrollment_is(kind: EnrollmentType) -> Callable:
    return lambda trial: not trial.enrollment_type or trial.enrollment_type == kind


def _max_length(field: str, length: int) -> Callable:
    return lambda trial, on: len(getattr(trial, field)) <= length


STOPPING_RULES = (
    Rule(
        id="why-stopped-only-when-stopped",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text="Enter a reason for stopping only when the trial is suspended, terminated or withdrawn.",
        source=PRS,
        check=lambda trial, on: not trial.why_stopped or trial.overall_status in STOPPED,
        fields=("why_stopped", "overall_status"),
    ),
    Rule(
        id="why-stopped-is-said",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text="Enter why the trial stopped.",
        source=f"{PRS}; 15 of 98 older records lack it",
        check=_for_statuses(STOPPED, lambda trial: trial.why_stopped.strip() != ""),
        fields=("why_stopped", "overall_status"),
    ),
    Rule(
        id="why-stopped-length",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text=f"The reason for stopping must have at most {WHY_STOPPED_LENGTH} characters.",
        source=PRS,
        check=_max_length("why_stopped", WHY_STOPPED_LENGTH),
        fields=("why_stopped",),
    ),
)

ENROLLMENT_RULES = (
    Rule(
        id="withdrawn-enrolled-nobody",
        level=Level.WARNING,
        text="A withdrawn trial must have an actual enrollment of 0.",
        source=PRS,
        check=_for_statuses(
            {Status.WITHDRAWN},
            lambda trial: trial.enrollment_count in (None, 0) and _enrollment_is(DateType.ACTUAL)(trial),
        ),
        fields=("enrollment_count", "enrollment_type", "overall_status"),
    ),
    Rule(
        id="ended-enrollment-is-actual",
        level=Level.WARNING,
        text="The trial has ended. Set the type of its enrollment to actual.",
        source=PRS,
        check=_for_statuses({Status.COMPLETED, Status.TERMINATED}, _enrollment_is(EnrollmentType.ACTUAL)),
        fields=("enrollment_type", "overall_status"),
    ),
    Rule(
        id="open-enrollment-is-estimated",
        level=Level.WARNING,
        text="The enrollment must be estimated while the trial is enrolling.",
        source=PRS,
        check=_for_statuses(STILL_ENROLLING, _enrollment_is(EnrollmentType.ESTIMATED)),
        fields=("enrollment_type", "overall_status"),
    ),
)

LENGTH_RULES = tuple(
    Rule(
        id=f"{field.replace('_', '-')}-length",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text=f"The {label} must have at most {length:,} characters.",
        source=PRS,
        check=_max_length(field, length),
        fields=(field,),
    )
    for field, (length, label) in LENGTHS.items()
)

TRIAL_RULES = STOPPING_RULES + DATE_RULES + ENROLLMENT_RULES + LENGTH_RULES

TABLES = {
    "Reason for stopping": STOPPING_RULES,
    "Dates": DATE_RULES,
    "Enrollment of a trial": ENROLLMENT_RULES,
    "Lengths of texts": LENGTH_RULES,
}
