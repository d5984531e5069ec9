"""Parses RFC 3339 datetimes, `2026-01-15T09:30:00+01:00`. Pure.

Offsets are limited to ±15:59, as in PostgreSQL. Without an offset the time is in `zone`; without a time it is midnight.
"""

import re
from datetime import UTC, datetime, tzinfo

HOW_TO_WRITE = "Write a date and time as 2026-01-15T09:30:00Z, or with an offset: 2026-01-15T09:30:00+01:00 (+ as %2B)."

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])"
_DATETIME = re.compile(f"(?P<date>{DATE})(?:[Tt ](?P<time>{TIME})(?P<offset>{OFFSET})?)?")


def parse_rfc3339(text: str, *, zone: tzinfo) -> datetime:
    """The datetime in UTC. ValueError with a message for the user."""
    match = _DATETIME.fullmatch(text)
    if not match:
        raise ValueError(HOW_TO_WRITE)
    date, time, offset = match.group("date", "time", "offset")
    try:
        parsed = datetime.fromisoformat(f"{date}T{_truncate_to_microseconds(time or '00:00')}{(offset or '').upper()}")
        return (parsed if offset else parsed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is not in the calendar. {HOW_TO_WRITE}") from None


def _truncate_to_microseconds(time: str) -> str:
    """Truncate the fraction of seconds to microseconds."""
    seconds, point, fraction = time.partition(".")
    return f"{seconds}{point}{fraction[:6]}"
