"""Which roles may be shown to everybody, said of one role. Pure; `contacts.querysets` says the same of many.

Source: publication practice of ClinicalTrials.gov (the rules of contacts in docs/rules): contacts are published only
while somebody can join; officials always.
"""

from datetime import date

from contacts.choices import RoleKind
from sites.public_status import is_site_joinable, is_trial_joinable


def is_active_on(starts_on: date | None, ends_on: date | None, *, on: date) -> bool:
    """Whether a role is in force on a day; `ends_on` is the first day on which it no longer is."""
    return (starts_on is None or starts_on <= on) and (ends_on is None or ends_on > on)


def next_boundary(starts_on: date | None, ends_on: date | None, *, after: date) -> date | None:
    """The next day on which a role begins or ceases to be in force."""
    return min((day for day in (starts_on, ends_on) if day and day > after), default=None)


def shows_central_contacts(overall_status: str, last_known_status: str) -> bool:
    """Both statuses as entered."""
    return is_trial_joinable(overall_status, last_known_status)


def shows_site_contacts(site_status: str, overall_status: str, last_known_status: str = "") -> bool:
    """All statuses as entered."""
    return is_site_joinable(overall_status, last_known_status, site_status)


def is_publishable(kind: str, *, overall_status: str, last_known_status: str, site_status: str = "") -> bool:
    """Whether a role of this kind may be shown, from the statuses as entered."""
    if kind == RoleKind.OFFICIAL:
        return True
    if kind == RoleKind.CENTRAL_CONTACT:
        return shows_central_contacts(overall_status, last_known_status)
    return shows_site_contacts(site_status, overall_status, last_known_status)
