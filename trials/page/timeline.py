"""A trial's dates in their order, each with what it is worth: a fact, an estimate, or one that has passed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.partial_dates.value import PartialDate
from trials.choices import DateType


class Standing(StrEnum):
    """What a date is worth; the words stand beside it."""

    SAID = ""
    ACTUAL = "actual"
    ESTIMATED = "estimated"
    PASSED = "date passed, not confirmed"


@dataclass(frozen=True, slots=True)
class Moment:
    """One date of a trial, as precise as it is known; of the study itself, or of what the registry did."""

    label: str
    on: PartialDate
    standing: Standing
    is_of_the_study: bool


#: What the study plans and then does: its dates are estimates until somebody says "actual".
PLANNED = ("start", "primary_completion", "completion")
#: What the registry noted itself.
NOTED = (
    "first_submitted",
    "first_submitted_qc",
    "first_posted",
    "results_first_submitted",
    "results_first_submitted_qc",
    "results_first_posted",
    "disposition_first_submitted",
    "disposition_first_submitted_qc",
    "disposition_first_posted",
    "last_update_submitted",
    "last_update_posted",
)


def timeline_of(trial, *, today: date) -> list[Moment]:
    """The dates that the record gives, oldest first; at the same date in the order of the lists above."""
    moments = [moment_of(trial, name, today=today) for name in (*NOTED[:3], *PLANNED, *NOTED[3:])]
    return sorted(filter(None, moments), key=lambda moment: str(moment.on))


def planned_moments(trial, *, today: date) -> Iterable[Moment]:
    """Start and completions only."""
    return filter(None, (moment_of(trial, name, today=today) for name in PLANNED))


def moment_of(trial, name: str, *, today: date) -> Moment | None:
    """The trial's date of that name (`start` is of the columns `start_on` and `start_type`), if there is one."""
    on = getattr(trial, f"{name}_on")
    if not on:
        return None
    known, type_ = PartialDate(on), getattr(trial, f"{name}_type", "")
    standing = _of_plan(known, type_, today) if name in PLANNED else _of_registry(type_)
    label = trial._meta.get_field(f"{name}_on").verbose_name
    return Moment(label[:1].upper() + label[1:], known, standing, name in PLANNED)


def _of_plan(on: PartialDate, type_: str, today: date) -> Standing:
    """A date that nobody called actual is an estimate; from the day after it, one that nobody confirmed."""
    if type_ == DateType.ACTUAL:
        return Standing.ACTUAL
    return Standing.PASSED if on.last_day < today else Standing.ESTIMATED


def _of_registry(type_: str) -> Standing:
    """The registry dates its own acts; of some old ones it estimated the day."""
    return Standing.ESTIMATED if type_ == DateType.ESTIMATED else Standing.SAID
