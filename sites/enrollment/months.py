"""Months: counting them, and reading how people write them. Pure."""

import re
from calendar import month_abbr, month_name
from datetime import date

from trials.partial_dates import PartialDate

_NAMES = {name.casefold(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
_SHAPES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.]\d{1,2})?"),
    re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(r"(?P<name>[^\W\d_]{3,9})\.?[-/ ]+(?P<year>\d{4}|\d{2})"),
)


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


def read_month(text: str) -> PartialDate | None:
    """`2026-10`, `10/2026`, `Oct 2026`, `October 26` or a day of the month; None for what is no month."""
    for shape in _SHAPES:
        match = shape.fullmatch(text.strip())
        if match:
            return _month(match.groupdict())
    return None


def _month(parts: dict[str, str]) -> PartialDate | None:
    number = _NAMES.get(parts["name"].casefold()) if "name" in parts else int(parts["month"])
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    return a_month(f"{year:04}-{number:02}") if number else None


def short(month: str) -> str:
    """`Oct 2026`."""
    return f"{month_abbr[int(month[5:7])]} {month[:4]}"
