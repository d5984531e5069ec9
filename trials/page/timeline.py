"""A trial's dates in chronological order, each with its certainty: actual, estimated or passed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.partial_dates.value import PartialDate
from trials.choices import DateType


class DateCertainty(StrEnum):
    """Certainty of a date; the value is shown beside it."""

    UNQUALIFIED = ""
    ACTUAL = gettext_noop("actual")
    ESTIMATED = gettext_noop("estimated")
    PASSED = gettext_noop("date passed, not confirmed")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One date of a trial as a partial date: of the study itself, or of the registry's processing."""

    label: str
    on: PartialDate
    certainty: DateCertainty
    is_study_date: bool


#: Dates of the study itself: estimates until their type is "actual".
STUDY_DATES = ("start", "primary_completion", "completion")
#: Dates of the registry's processing.
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
    """The given dates, oldest first; equal dates in the order of the lists above."""
    entries = [
        timeline_entry(trial, name, today=today) for name in (*REGISTRY_DATES[:3], *STUDY_DATES, *REGISTRY_DATES[3:])
    ]
    return sorted(filter(None, entries), key=lambda entry: str(entry.on))


def planned_dates(trial, *, today: date) -> Iterable[TimelineEntry]:
    """Start and completions only."""
    return filter(None, (timeline_entry(trial, name, today=today) for name in STUDY_DATES))


def timeline_entry(trial, name: str, *, today: date) -> TimelineEntry | None:
    """The entry of a date by name (`start` of the columns `start_on` and `start_type`), or None."""
    on = getattr(trial, f"{name}_on")
    if not on:
        return None
    known, type_ = PartialDate(on), getattr(trial, f"{name}_type", "")
    certainty = _study_date_certainty(known, type_, today) if name in STUDY_DATES else _registry_date_certainty(type_)
    label = trial._meta.get_field(f"{name}_on").verbose_name
    return TimelineEntry(_(label[:1].upper() + label[1:]), known, certainty, name in STUDY_DATES)


def _study_date_certainty(on: PartialDate, type_: str, today: date) -> DateCertainty:
    """A date without the type actual is estimated; from the day after it, passed and unconfirmed."""
    if type_ == DateType.ACTUAL:
        return DateCertainty.ACTUAL
    return DateCertainty.PASSED if on.last_day < today else DateCertainty.ESTIMATED


def _registry_date_certainty(type_: str) -> DateCertainty:
    """Dates of the registry's processing; some old ones are estimated."""
    return DateCertainty.ESTIMATED if type_ == DateType.ESTIMATED else DateCertainty.UNQUALIFIED
