"""The age of a confirmation as a level and a text; thresholds in days are settings (CONFIRMATION_*_DAYS)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from sites.choices import ENDED


class AgeLevel(StrEnum):
    """Age levels from recent to old; `DUE` is a request for confirmation, `NEVER` has no confirmation."""

    FRESH = "fresh"
    DUE = "due"
    AGING = "aging"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ConfirmationAge:
    """The level of an age and its text, such as "3 days ago" (empty when never confirmed)."""

    age_level: AgeLevel
    text: str


def confirmation_age(days: int | None) -> ConfirmationAge:
    """The age of a confirmation made `days` ago; None for never. A negative number counts as today."""
    return ConfirmationAge(age_level(days), format_days_ago(days))


def age_level(days: int | None) -> AgeLevel:
    """The level for a number of days: by default due after 30, aging from 90, stale from 180."""
    if days is None:
        return AgeLevel.NEVER
    if days >= settings.CONFIRMATION_RED_DAYS:
        return AgeLevel.STALE
    if days >= settings.CONFIRMATION_AMBER_DAYS:
        return AgeLevel.AGING
    return AgeLevel.DUE if days > settings.CONFIRMATION_DUE_DAYS else AgeLevel.FRESH


def format_days_ago(days: int | None) -> str:
    """The age in words, always in days, so that ages and deadlines are comparable."""
    if days is None:
        return ""
    if days < 2:
        return _("yesterday") if days == 1 else _("today")
    return _("{days} days ago").format(days=f"{days:,}")


def status_needs_confirmation(status: str) -> bool:
    """Whether a status needs regular confirmation: not when it is blank or final."""
    return bool(status) and status not in ENDED


def needs_confirmation(site) -> bool:
    """Whether the site's status needs regular confirmation."""
    return status_needs_confirmation(site.status)


def confirmation_due_on(site) -> date:
    """The last day on which a confirmation of the site is in time; without one, counted from `status_as_of`.

    Only for a site that needs confirmation.
    """
    confirmed = max(filter(None, (site.last_confirmed_on, site.status_as_of.last_day)))
    return confirmed + timedelta(days=settings.CONFIRMATION_DUE_DAYS)


def is_overdue(site, *, on: date) -> bool:
    return needs_confirmation(site) and confirmation_due_on(site) < on
