"""The current day and the day of a moment, both in the installation's time zone (TIME_ZONE).

SQL is handed a day as a parameter: the database session runs in UTC, so CURRENT_DATE is another day for hours.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The current day in the installation's time zone, or in the one that is activated."""
    return timezone.localdate()


def local_date(moment: datetime) -> date:
    """The day on which an aware moment falls in the same zone. ValueError for a naive one."""
    return timezone.localdate(moment)


def day_first() -> bool | None:
    """Which number of `03/04/2026` is the day, for `common.date_parsing`; None where whoever wrote it is asked."""
    return {"dmy": True, "mdy": False}.get(settings.DATE_ORDER)
