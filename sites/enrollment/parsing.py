"""Parsing and formatting of counts and months. Pure."""

import re
from calendar import month_abbr
from datetime import date

from common.partial_dates import PartialDate

_GROUPED = re.compile(r"\d{1,3}(?:[,'’\u0020\u00a0\u2009\u202f]\d{3})+")
MAX_COUNT = 2_147_483_647


def parse_count(text: str) -> int | None:
    """The number of `12`, `1,234` or `1 234`; None for a blank. ValueError, with a message, for anything else."""
    plain = text.strip()
    if not plain:
        return None
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"\D", "", plain)
    if not (plain.isascii() and plain.isdigit()):
        raise ValueError(f"“{plain[:20]}” is not a whole number.")
    if len(plain) > 10 or int(plain) > MAX_COUNT:
        raise ValueError(f"{plain[:20]} is too large.")
    return int(plain)


def normalize_count(text: str) -> str:
    """The number in digits only, or the text unchanged where it is no number."""
    try:
        count = parse_count(text)
    except ValueError:
        return text.strip()
    return "" if count is None else str(count)


def month_of(day: date) -> PartialDate:
    return PartialDate(f"{day:%Y-%m}")


def add_months(month: str, months: int) -> PartialDate:
    """The month `months` later (earlier when negative), clamped to 1000-01 and 9999-12."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + months
    number = min(max(number, 12_000), 119_999)
    return PartialDate(f"{number // 12:04}-{number % 12 + 1:02}")


def parse_iso_month(text: str) -> PartialDate | None:
    """The month written `2026-10`; None for anything else."""
    try:
        month = PartialDate(text)
    except ValueError:
        return None
    return month if month.precision == "month" else None


def format_month_short(month: str) -> str:
    """The month as `Oct 2026`."""
    return f"{month_abbr[int(month[5:7])]} {month[:4]}"
