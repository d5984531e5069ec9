"""Months: counting them, and how they are written in addresses and headings. Pure."""

from calendar import month_abbr
from datetime import date

from trials.partial_dates import PartialDate


def month_of(day: date) -> PartialDate:
    return PartialDate(f"{day:%Y-%m}")


def shifted(month: str, by: int) -> PartialDate:
    """So many months later; earlier when negative. The first is 1000-01, the last 9999-12."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    number = min(max(number, 12_000), 119_999)
    return PartialDate(f"{number // 12:04}-{number % 12 + 1:02}")


def months_until(last: str, count: int) -> list[PartialDate]:
    """So many months, oldest first, `last` at the end."""
    return [shifted(last, by) for by in range(1 - count, 1)]


def a_month(text: str) -> PartialDate | None:
    """`2026-10` exactly, as in an address; None for anything else."""
    try:
        month = PartialDate(text)
    except ValueError:
        return None
    return month if month.precision == "month" else None


def short(month: str) -> str:
    """`Oct 2026`."""
    return f"{month_abbr[int(month[5:7])]} {month[:4]}"
