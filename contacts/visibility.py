"""Whether one role is public. Pure; `RoleQuerySet.publishable` in `contacts.querysets` is the same rule in SQL.

Source: publication practice of ClinicalTrials.gov (the rules of contacts in docs/rules): contacts are published only
while participants can join; officials always.
"""

from datetime import date

from contacts.choices import RoleKind
from sites.public_status import is_site_joinable, is_trial_joinable


def is_active_on(starts_on: date | None, ends_before: date | None, *, on: date) -> bool:
    """Whether a role is in force on a day; `ends_before` is the first day on which it no longer is."""
    return (starts_on is None or starts_on <= on) and (ends_before is None or ends_before > on)


def shows_central_contacts(overall_status: str, last_known_status: str) -> bool:
    """Whether a trial's central contacts are public; both statuses as entered."""
    return is_trial_joinable(overall_status, last_known_status)


def shows_site_contacts(site_status: str, overall_status: str, last_known_status: str = "") -> bool:
    """Whether a site's contacts are public; all statuses as entered."""
    return is_site_joinable(overall_status, last_known_status, site_status)


def is_publishable(kind: str, *, overall_status: str, last_known_status: str, site_status: str = "") -> bool:
    """Whether a role of this kind is public; all statuses as entered."""
    if kind == RoleKind.OFFICIAL:
        return True
    if kind == RoleKind.CENTRAL_CONTACT:
        return shows_central_contacts(overall_status, last_known_status)
    return shows_site_contacts(site_status, overall_status, last_known_status)
