"""Dates relative to the day on which the demo is loaded: `-16 months`, `-480 days`, `+2 months`. Pure: no clock."""

import re
from datetime import date, timedelta

from common.partial_dates import PartialDate

_RELATIVE_DATE = re.compile(r"([+-]\d+) (days|months)")


def days_ago(count: int, *, today: date) -> date:
    return today - timedelta(days=count)


def months_ago(count: int, *, today: date) -> PartialDate:
    """The month `count` months before that of `today`."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return PartialDate(f"{year:04d}-{month + 1:02d}")


def parse_relative_date(text: str, *, today: date) -> PartialDate:
    """A day or, for months, a month. ValueError for any other format."""
    match = _RELATIVE_DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a relative date such as '-16 months' or '-480 days'.")
    count = -int(match[1])
    if match[2] == "months":
        return months_ago(count, today=today)
    return PartialDate(days_ago(count, today=today).isoformat())
