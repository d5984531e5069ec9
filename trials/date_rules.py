"""Rules of a trial's three dates, and of whether each is actual or estimated.

A blank date or a blank type says nothing, so it breaks nothing. A partial date is past when its last day is, future
when its first day is; in between either type is right.
"""

from collections.abc import Callable, Iterable

from trials.codes import DateType, OverallStatus
from trials.partial_dates import PartialDate, compare_at_coarser
from trials.rule import Level, Rule

S = OverallStatus
PRS = "ClinicalTrials.gov PRS data element definitions"
CTRP = "NCI CTRP, trial status and date rules"

WORDS = {"start": "start", "primary_completion": "primary completion", "completion": "completion"}
COMPLETIONS = ("primary_completion", "completion")
ORDERED = (("start", "primary_completion"), ("primary_completion", "completion"), ("start", "completion"))
STARTED = frozenset({S.ACTIVE_NOT_RECRUITING, S.SUSPENDED, S.COMPLETED, S.TERMINATED})


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


def _types_are(kind: DateType, names: Iterable[str], statuses: Iterable[str]) -> Callable:
    """In these overall statuses each of the dates, where it has a type, is of one kind."""
    return lambda trial, on: (
        trial.overall_status not in statuses
        or all(_type(trial, name) in ("", kind) for name in names if getattr(trial, f"{name}_on"))
    )


def _start_is_ahead(trial, on) -> bool:
    day = _date(trial, "start")
    return trial.overall_status != S.NOT_YET_RECRUITING or day is None or day.last_day >= on


def _typed(names: Iterable[str]) -> tuple[str, ...]:
    return (*(f"{name}_type" for name in names), "overall_status")


TENSE_RULES = tuple(
    rule
    for name, words in WORDS.items()
    for rule in (
        Rule(
            id=f"past-{name.replace('_', '-')}-is-actual",
            level=Level.ERROR,
            level_on_import=Level.WARNING,
            text=f"The {words} date has passed: mark it as actual, or give the date now expected.",
            source=PRS,
            check=_past_is_actual(name),
            fields=(f"{name}_type", f"{name}_on"),
        ),
        Rule(
            id=f"future-{name.replace('_', '-')}-is-estimated",
            level=Level.ERROR,
            level_on_import=Level.WARNING,
            text=f"The {words} date lies ahead, so it is an estimate.",
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
        text=f"The {WORDS[later]} cannot be before the {WORDS[earlier]}.",
        source=f"{PRS}; no record of 1,711 breaks it",
        check=_in_order(earlier, later),
        fields=(f"{later}_on", f"{earlier}_on"),
    )
    for earlier, later in ORDERED
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
        text="The trial is not yet recruiting, so all its dates are estimates.",
        source=CTRP,
        check=_types_are(DateType.ESTIMATED, WORDS, {S.NOT_YET_RECRUITING}),
        fields=_typed(WORDS),
    ),
    Rule(
        id="recruiting-completion-is-estimated",
        level=Level.WARNING,
        text="The trial recruits, so its completion is an estimate.",
        source=CTRP,
        check=_types_are(DateType.ESTIMATED, ("completion",), {S.RECRUITING}),
        fields=_typed(("completion",)),
    ),
    Rule(
        id="started-trial-start-is-actual",
        level=Level.WARNING,
        text="The trial has started, so its start date is actual.",
        source=CTRP,
        check=_types_are(DateType.ACTUAL, ("start",), STARTED),
        fields=_typed(("start",)),
    ),
    Rule(
        id="ended-trial-completions-are-actual",
        level=Level.WARNING,
        text="The trial has ended, so both completion dates are actual.",
        source=CTRP,
        check=_types_are(DateType.ACTUAL, COMPLETIONS, {S.COMPLETED, S.TERMINATED}),
        fields=_typed(COMPLETIONS),
    ),
)

DATE_RULES = TENSE_RULES + ORDER_RULES + STATUS_DATE_RULES
