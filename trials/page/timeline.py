"""A trial's dates in their order, each with what it is worth: a fact, an estimate, or one that has passed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.partial_dates.value import PartialDate
from trials.choices import DateType


class DateCertainty(StrEnum):
    """What a date is worth; the words stand beside it."""

    UNQUALIFIED = ""
    ACTUAL = "actual"
    ESTIMATED = "estimated"
    PASSED = "date passed, not confirmed"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One date of a trial, as precise as it is known; of the study itself, or of what the registry did."""

    label: str
    on: PartialDate
    certainty: DateCertainty
    is_study_date: bool


#: What the study plans and then does: its dates are estimates until somebody says "actual".
STUDY_DATES = ("start", "primary_completion", "completion")
#: What the registry noted itself.
REGISTRY_DATES = (
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


def timeline_of(trial, *, today: date) -> list[TimelineEntry]:
    """The dates that the record gives, oldest first; at the same date in the order of the lists above."""
    moments = [
        timeline_entry(trial, name, today=today) for name in (*REGISTRY_DATES[:3], *STUDY_DATES, *REGISTRY_DATES[3:])
    ]
    return sorted(filter(None, moments), key=lambda moment: str(moment.on))


def planned_dates(trial, *, today: date) -> Iterable[TimelineEntry]:
    """Start and completions only."""
    return filter(None, (timeline_entry(trial, name, today=today) for name in STUDY_DATES))


def timeline_entry(trial, name: str, *, today: date) -> TimelineEntry | None:
    """The trial's date of that name (`start` is of the columns `start_on` and `start_type`), if there is one."""
    on = getattr(trial, f"{name}_on")
    if not on:
        return None
    known, type_ = PartialDate(on), getattr(trial, f"{name}_type", "")
    standing = _study_date_certainty(known, type_, today) if name in STUDY_DATES else _registry_date_certainty(type_)
    label = trial._meta.get_field(f"{name}_on").verbose_name
    return TimelineEntry(label[:1].upper() + label[1:], known, standing, name in STUDY_DATES)


def _study_date_certainty(on: PartialDate, type_: str, today: date) -> DateCertainty:
    """A date that nobody called actual is an estimate; from the day after it, one that nobody confirmed."""
    if type_ == DateType.ACTUAL:
        return DateCertainty.ACTUAL
    return DateCertainty.PASSED if on.last_day < today else DateCertainty.ESTIMATED


def _registry_date_certainty(type_: str) -> DateCertainty:
    """The registry dates its own acts; of some old ones it estimated the day."""
    return DateCertainty.ESTIMATED if type_ == DateType.ESTIMATED else DateCertainty.UNQUALIFIED
