"""Reading a moment as RFC 3339 writes it, `2026-01-15T09:30:00+01:00`. Pure.

An offset is that of a zone that exists or could: PostgreSQL takes ±15:59 and no more. Without an offset the moment is
that of `zone`; without a time the day's first.
"""

import re
from datetime import UTC, datetime, tzinfo

HOW_TO_WRITE = "Write a moment as 2026-01-15T09:30:00Z, or with an offset: 2026-01-15T09:30:00+01:00 (+ as %2B)."

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])"
_DATETIME = re.compile(f"(?P<date>{DATE})(?:[Tt ](?P<time>{TIME})(?P<offset>{OFFSET})?)?")


def parse_rfc3339(text: str, *, zone: tzinfo) -> datetime:
    """The moment in UTC. ValueError, in words for the person who wrote it."""
    found = _DATETIME.fullmatch(text)
    if not found:
        raise ValueError(HOW_TO_WRITE)
    date, time, offset = found.group("date", "time", "offset")
    try:
        moment = datetime.fromisoformat(f"{date}T{_in_microseconds(time or '00:00')}{(offset or '').upper()}")
        return (moment if offset else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is not in the calendar. {HOW_TO_WRITE}") from None


def _in_microseconds(time: str) -> str:
    """Without digits that a moment does not keep."""
    whole, point, fraction = time.partition(".")
    return f"{whole}{point}{fraction[:6]}"
