"""The service that adds a site with its status, contact and target."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from common.partial_dates import PartialDate
from contacts.choices import ContactRole, RoleKind
from contacts.services import add_person, give_role
from sites.models import Facility, TrialSite
from sites.services import add_site, change_status, find_or_add_facility
from sites.status_transitions import Authority
from trials.models import Trial


@dataclass(frozen=True, slots=True)
class OpeningStatus:
    """The first status of a site and its effective date."""

    status: str
    effective_on: PartialDate | date


@transaction.atomic
def add_site_with_details(
    *,
    trial: Trial,
    facility: Facility | dict[str, str],
    author: str,
    reason: str = "",
    opening: OpeningStatus | None = None,
    contact: dict[str, str] | None = None,
    target: int | None = None,
    takes_part_again: bool = False,
    accept_warnings: bool = False,
) -> TrialSite:
    """Add a site in one transaction. `facility` is an existing one, or the values by which one is found or added.

    ValidationError if a rule rejects the facility, the site, its status or its contact.
    """
    authorship = {"author": author, "reason": reason}
    facility = facility if isinstance(facility, Facility) else find_or_add_facility(**facility, **authorship)
    site = add_site(
        trial=trial, facility=facility, takes_part_again=takes_part_again, enrollment_target=target, **authorship
    )
    if opening:
        change_status(
            site, to=opening.status, effective_on=opening.effective_on, authority=Authority.TRIAL_COORDINATOR,
            accept_warnings=accept_warnings, **authorship,
        )  # fmt: skip
    if contact:
        person = add_person(**contact, **authorship)
        give_role(person, kind=RoleKind.SITE_CONTACT, role=ContactRole.CONTACT, trial_site=site, **authorship)
    site.refresh_from_db()
    return site
