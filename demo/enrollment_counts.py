"""Monthly enrollment counts of a site, from its opening and closing dates and its total enrollment. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from common.partial_dates import PartialDate

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class MonthlyCount:
    """Cumulative counts up to the end of a month."""

    month: PartialDate
    screened: int
    consented: int
    enrolled: int
    withdrawn: int
    completed: int


def monthly_counts(
    enrolled: int, *, opened_on: date, closed_on: date, last_month: date, is_over: bool = False
) -> Iterator[MonthlyCount]:
    """One count for each month from the opening to `last_month` inclusive; no enrollment after `closed_on`.

    Enrollment starts slowly; more people are screened than consent, and more consent than enroll; some withdraw;
    participants complete after a year, or at the end of a site that is over. Counts never decrease.
    """
    first, last = _month_number(opened_on), _month_number(last_month)
    recruiting = max(1, _month_number(closed_on) - first + 1)
    cumulative = [_cumulative_enrolled(enrolled, min(1.0, (step + 1) / recruiting)) for step in range(last - first + 1)]
    for step, total in enumerate(cumulative):
        year_before = cumulative[step - MONTHS_PER_YEAR] if step >= MONTHS_PER_YEAR else 0
        is_last = is_over and step == len(cumulative) - 1
        excluded = -(-total * 2 // 5) + min(step, recruiting) // 3
        yield MonthlyCount(
            month=_month(first + step),
            screened=total + excluded,
            consented=total + excluded // 2,
            enrolled=total,
            withdrawn=total // 14,
            completed=total - total // 14 if is_last else year_before * 13 // 14,
        )


def _cumulative_enrolled(enrolled: int, part_of_time: float) -> int:
    return round(enrolled * part_of_time * (0.7 + 0.3 * part_of_time))


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> PartialDate:
    return PartialDate(f"{number // 12:04d}-{number % 12 + 1:02d}")
