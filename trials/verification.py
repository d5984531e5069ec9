"""Due dates of record verification. Pure.

Source: 42 CFR 11.64(a)(2) and the PRS data element "Record Verification Date": at least every 12 months, to the month,
until the study has ended.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from common.partial_dates import PartialDate
from trials.rules import ENDED
from trials.unknown_status import becomes_unknown_on

#: How long before the due date, and before the unknown status, users are notified.
DUE_SOON, UNKNOWN_SOON = timedelta(days=30), timedelta(days=90)


def verification_due_on(status: str, verified: PartialDate | str | None) -> date | None:
    """The last day on which a verification is in time; None when the trial has ended or was never verified."""
    if status in ENDED or not verified:
        return None
    last = PartialDate.parse(verified).last_day
    return PartialDate(f"{min(last.year + 1, MAXYEAR):04}-{last.month:02}").last_day


@dataclass(frozen=True, slots=True)
class Verification:
    """Dates of the last verification, of the next due one, and from which the status is displayed as unknown."""

    verified_on: PartialDate | None
    due_on: date | None
    unknown_on: date | None

    def is_due_soon(self, on: date) -> bool:
        """Whether verification is due within DUE_SOON, or the status becomes unknown within it."""
        days = [day for day in (self.due_on, self.unknown_on) if day]
        return self.due_on is not None and min(days) <= on + DUE_SOON

    def as_text(self, on: date) -> str:
        """The notice to show on a day; blank where no verification is due."""
        if self.due_on is None:
            return ""
        if self.unknown_on and self.unknown_on <= on:
            return (
                f"Record last verified in {self.verified_on.as_text()}: shown as unknown since {_day(self.unknown_on)}"
            )
        overdue = "Record verification overdue" if self.due_on < on else "Record verification due"
        if self.unknown_on and self.unknown_on <= on + UNKNOWN_SOON:
            days = (self.unknown_on - on).days
            return f"{overdue}: shown as unknown in {days} day{'' if days == 1 else 's'}"
        return f"{overdue} since {_day(self.due_on)}" if self.due_on < on else f"{overdue} by {_day(self.due_on)}"


def verification_of(trial) -> Verification:
    """The verification dates of any object with the attributes of a Trial."""
    status, verified = trial.overall_status, trial.verified_on
    return Verification(
        PartialDate.parse(verified) if verified else None,
        verification_due_on(status, verified),
        becomes_unknown_on(status, trial.completion_on, verified),
    )


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
