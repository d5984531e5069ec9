"""Parses dates as people type them: `15/11/2026`, `15.11.2026`, `15 Nov 2026`, `Nov 2026`, `2026-11`. Pure.

The result is ISO text of the known precision: `yyyy`, `yyyy-MM` or `yyyy-MM-dd`. Nothing is guessed: where the day
and the month could change places, AmbiguousDateError names both readings, unless `day_first` decides.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator
from datetime import date

HOW_TO_WRITE = "Write a year, a month or a day: 2026, Nov 2026 or 15 Nov 2026."
HOW_TO_WRITE_A_MONTH = "Write a month as Nov 2026 or 2026-11."
_LONGEST = 40  # characters of the longest date that is read
_CENTURY_TURNS = 69  # two-digit years below are of this century, as in POSIX

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_NAME = "(?P<name>[a-z]{3,9})[.]?"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th|[.])?"
_YEAR = "(?P<year>[0-9]{4})"
_BETWEEN = "[ ,/-]{0,2}"

_ISO = re.compile(r"(?P<year>[0-9]{4})(?:([-/.])(?P<month>[0-9]{1,2})(?:\2(?P<day>[0-9]{1,2}))?)?")
_MONTH_AND_YEAR = re.compile(rf"(?P<month>[0-9]{{1,2}})[-/.]{_YEAR}")
_DOTS = re.compile(r"(?P<day>[0-9]{1,2})[.] ?(?P<month>[0-9]{1,2})[.] ?(?P<year>[0-9]{4}|[0-9]{2})")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/ ])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_WITH_MONTH_NAME = [
    re.compile(rf"(?:{_DAY}{_BETWEEN})?{_NAME}{_BETWEEN}{_YEAR}"),
    re.compile(rf"{_NAME}{_BETWEEN}{_DAY}[ ,/-]{{1,2}}{_YEAR}"),
    re.compile(rf"{_YEAR}{_BETWEEN}{_NAME}(?:{_BETWEEN}{_DAY})?"),
    re.compile(rf"{_DAY}[/ -]?{_NAME}[/ -]?(?P<short>[0-9]{{2}})"),
    re.compile(rf"{_NAME}(?:[/-]| ?')(?P<short>[0-9]{{2}})"),
]


class UnreadableDateError(ValueError):
    """The text is no date; the message says how to write one."""


class AmbiguousDateError(ValueError):
    """The text has several readings as a date; `readings` are ISO texts."""

    def __init__(self, text: str, readings: list[str]):
        self.readings = tuple(readings)
        formatted = [format_iso_date(reading) for reading in readings]
        super().__init__(f"“{text}” can mean {' or '.join(formatted)}. Write the month as a word.")


def parse_date(text: str, *, day_first: bool | None = None) -> str:
    """The date in its known precision: `2026`, `2026-11` or `2026-11-15`. UnreadableDateError, AmbiguousDateError.

    `day_first` decides whether `03/04/2026` begins with the day; None leaves it ambiguous.
    """
    written = _normalized(text)
    readings = sorted(set(_readings(written, day_first)))
    if not readings:
        raise UnreadableDateError(_error_message(text, written))
    if len(readings) > 1:
        raise AmbiguousDateError(text.strip(), readings)
    return readings[0]


def parse_day(text: str, *, day_first: bool | None = None) -> date:
    """A full day. UnreadableDateError, also for a month or a year alone; AmbiguousDateError."""
    reading = parse_date(text, day_first=day_first)
    if len(reading) < len("yyyy-MM-dd"):
        raise UnreadableDateError(
            f"{format_iso_date(reading)} is not a full date. Write it as 15 Nov 2026 or 2026-11-15."
        )
    return date.fromisoformat(reading)


def parse_month(text: str, *, day_first: bool | None = None) -> str:
    """The month, `2026-11`; of a full date its month. UnreadableDateError, AmbiguousDateError."""
    try:
        reading = parse_date(text, day_first=day_first)
    except UnreadableDateError:
        raise UnreadableDateError(f"“{text.strip()[:_LONGEST]}” is not a month. {HOW_TO_WRITE_A_MONTH}") from None
    if len(reading) < len("yyyy-MM"):
        raise UnreadableDateError(f"{reading} is a year without a month. {HOW_TO_WRITE_A_MONTH}")
    return reading[: len("yyyy-MM")]


def format_iso_date(reading: str) -> str:
    """`15 January 2026`, `January 2026` or `2026`, from ISO text, in its precision."""
    year, *rest = reading.split("-")
    month = [calendar.month_name[int(rest[0])]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])


def _normalized(text: str) -> str:
    """In lower case, with ASCII digits, spaces and hyphens; "" where it is too long for a date."""
    plain = unicodedata.normalize("NFKC", text[: _LONGEST * 2]).lower()
    plain = re.sub("[‐-―−]", "-", plain).replace("’", "'")
    plain = re.sub(r"\s+", " ", plain).strip()
    return plain if len(plain) <= _LONGEST and plain.isascii() else ""


def _readings(text: str, day_first: bool | None) -> Iterator[str]:
    """All valid dates that the text can mean."""
    for pattern in (_ISO, _MONTH_AND_YEAR, _DOTS):
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            yield from _in_calendar(parts["year"], parts.get("month"), parts.get("day"))
            return
    if match := _NUMBERS.fullmatch(text):
        yield from _numeric_readings(match[1], match[3], match[4], day_first)
        return
    for pattern in _WITH_MONTH_NAME:
        match = pattern.fullmatch(text)
        if match and (month := _MONTHS.get(match["name"])):
            parts = match.groupdict()
            yield from _in_calendar(parts.get("year") or parts["short"], str(month), parts.get("day"))
            return


def _numeric_readings(first: str, second: str, last: str, day_first: bool | None) -> Iterator[str]:
    """Three numbers between slashes, hyphens or spaces, the year last or, with two digits, perhaps first."""
    by_day, by_month = list(_in_calendar(last, second, first)), list(_in_calendar(last, first, second))
    if day_first is not None:
        yield from (by_day or by_month) if day_first else (by_month or by_day)
        return
    yield from by_day
    yield from by_month
    if len(last) == 2 and len(first) == 2:
        yield from _in_calendar(first, second, last)


def _in_calendar(year: str, month: str | None, day: str | None) -> Iterator[str]:
    """The date as ISO text, if it is valid."""
    number = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < _CENTURY_TURNS else 1900)
    try:
        date(number, int(month or 1), int(day or 1))
    except ValueError:
        return
    if number >= 1000:
        yield "-".join([f"{number:04}", *(f"{int(part):02}" for part in (month, day) if part)])


def _error_message(text: str, written: str) -> str:
    shown = text.strip()[:_LONGEST]
    patterns = [_ISO, _MONTH_AND_YEAR, _DOTS, _NUMBERS]
    if any(pattern.fullmatch(written) for pattern in patterns):
        return f"{shown} is not in the calendar. {HOW_TO_WRITE}"
    return f"“{shown}” is not a date. {HOW_TO_WRITE}"
