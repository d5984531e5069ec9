"""The current date and the local date of a datetime, in the installation's time zone (TIME_ZONE).

Other modules about dates: `common.date_parsing` parses typed dates, `common.partial_dates` is the type and the model
field of dates known to the year, month or day, `common.form_fields` has ISO days and datetimes of query parameters.

Pass dates to SQL as parameters: the database session runs in UTC, so CURRENT_DATE is another day for hours.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The current date in the installation's time zone, or in the activated one."""
    return timezone.localdate()


def local_date(value: datetime) -> date:
    """The local date of an aware datetime. ValueError for a naive one."""
    return timezone.localdate(value)


def day_first() -> bool | None:
    """Which number of `03/04/2026` is the day, for `common.date_parsing`; None where the user must decide."""
    return {"dmy": True, "mdy": False}.get(settings.DATE_ORDER)
