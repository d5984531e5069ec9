"""The day of "today", in one place."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """The present day in the installation's time zone (TIME_ZONE), or in the one that is activated."""
    return timezone.localdate()
