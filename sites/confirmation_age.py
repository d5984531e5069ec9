"""How old a confirmation is, in words and in warmth. The thresholds are settings; pages and exports ask here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings

from sites.choices import ENDED


class AgeLevel(StrEnum):
    """From green to red; `DUE` only asks, `NEVER` was not confirmed by anybody."""

    FRESH = "fresh"
    DUE = "due"
    AGING = "aging"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ConfirmationAge:
    """The age of a confirmation: how warm, and "3 days ago" (empty when never)."""

    age_level: AgeLevel
    text: str


def confirmation_age(days: int | None) -> ConfirmationAge:
    """The age of something confirmed that many days ago; None: never. A day in the future counts as today."""
    return ConfirmationAge(age_level(days), format_days_ago(days))


def age_level(days: int | None) -> AgeLevel:
    """Due after 30 days, amber from 90, red from 180 (the defaults of the settings)."""
    if days is None:
        return AgeLevel.NEVER
    if days >= settings.CONFIRMATION_RED_DAYS:
        return AgeLevel.STALE
    if days >= settings.CONFIRMATION_AMBER_DAYS:
        return AgeLevel.AGING
    return AgeLevel.DUE if days > settings.CONFIRMATION_DUE_DAYS else AgeLevel.FRESH


def format_days_ago(days: int | None) -> str:
    """In days however many: what is due after 30 days and overdue by 792 is read on one scale."""
    if days is None:
        return ""
    if days < 2:
        return "yesterday" if days == 1 else "today"
    return f"{days:,} days ago"


def is_confirmation_due(status: str) -> bool:
    """Whether somebody must confirm a site's status now and then: not where none is, or the site has ended."""
    return bool(status) and status not in ENDED


def needs_confirmation(site) -> bool:
    """Whether somebody must confirm the site's status now and then."""
    return is_confirmation_due(site.status)


def confirmation_due_on(site) -> date:
    """The last day on which the site's confirmation is in time; never confirmed counts from when the status was known.

    For a site that needs confirmation.
    """
    confirmed = max(filter(None, (site.last_confirmed_on, site.status_as_of.last_day)))
    return confirmed + timedelta(days=settings.CONFIRMATION_DUE_DAYS)


def is_overdue(site, *, on: date) -> bool:
    return needs_confirmation(site) and confirmation_due_on(site) < on
