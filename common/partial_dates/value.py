"""A date as far as it is known: a year, a month or a day. Pure: no Django, no clock.

Registries publish `2026-01` when only the month is settled. Turning that into a day would invent a fact,
so the value is its text, and the text decides order: `2026` < `2026-01` < `2026-01-05`.
"""

import calendar
import re
from datetime import date
from typing import Self

from common.date_parsing import format_iso_date

_YEAR = "[1-9][0-9]{3}"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY_OF_ANY_YEAR = f"(?:{_MONTH}-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_LEAP_YEAR = "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"

PATTERN = f"^(?:{_YEAR}(?:-{_MONTH})?|{_YEAR}-{_DAY_OF_ANY_YEAR}|{_LEAP_YEAR}-02-29)$"
"""Every partial date and nothing else, leap years included. Read alike by Python and PostgreSQL."""

_SHAPE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_KNOWN = re.compile(PATTERN.removeprefix("^").removesuffix("$"))
HOW_TO_WRITE = "Write a year, a month or a day: 2026, 2026-01 or 2026-01-15."


class PartialDate(str):
    """`yyyy`, `yyyy-MM` or `yyyy-MM-dd`, of the years 1000 to 9999.

    It is the text itself, so JSON, COPY, templates and comparison with plain text need no conversion.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """ValueError with a message for the user when `text` is no partial date."""
        if isinstance(text, cls):
            return text
        if not isinstance(text, str) or not _SHAPE.fullmatch(text):
            raise ValueError(HOW_TO_WRITE)
        if not _KNOWN.fullmatch(text):
            raise ValueError(f"{text} is not in the calendar. {HOW_TO_WRITE}")
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The same as `PartialDate(text)`."""
        return cls(text)

    @classmethod
    def trusted(cls, text: str) -> Self:
        """Without validation: for text that the database's constraint has checked."""
        return str.__new__(cls, text)

    @property
    def year(self) -> int:
        return int(self[:4])

    @property
    def month(self) -> int | None:
        return int(self[5:7]) if len(self) > 4 else None

    @property
    def day(self) -> int | None:
        return int(self[8:]) if self.is_full else None

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`."""
        return {4: "year", 7: "month", 10: "day"}[len(self)]

    @property
    def is_full(self) -> bool:
        return len(self) == 10

    @property
    def first_day(self) -> date:
        """The earliest day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The latest day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def as_text(self) -> str:
        """`15 January 2026`, `January 2026` or `2026`: in its precision."""
        return format_iso_date(self)


def compare_at_coarser(first: PartialDate, second: PartialDate) -> int:
    """-1, 0 or 1, at the coarser precision of both: January 2026 and 15 January 2026 are equal."""
    length = min(len(first), len(second))
    first_text, second_text = str(first[:length]), str(second[:length])
    return (first_text > second_text) - (first_text < second_text)
