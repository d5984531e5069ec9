"""Enumerations of one site, with the registry's codes as values.

Source: the ClinicalTrials.gov API v2, /studies/enums.
"""

from django.db import models

from trials.choices import NOT_KNOWN


class SiteStatus(models.TextChoices):
    """Recruitment status of one site; blank means not published."""

    NOT_YET_RECRUITING = "NOT_YET_RECRUITING", "Not yet recruiting"
    RECRUITING = "RECRUITING", "Recruiting"
    ENROLLING_BY_INVITATION = "ENROLLING_BY_INVITATION", "By invitation only"
    ACTIVE_NOT_RECRUITING = "ACTIVE_NOT_RECRUITING", "Active, not recruiting"
    SUSPENDED = "SUSPENDED", "Suspended"
    COMPLETED = "COMPLETED", "Completed"
    TERMINATED = "TERMINATED", "Terminated"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    AVAILABLE = "AVAILABLE", "Available"


#: The statuses of a site that enrolls people, by invitation or expanded access included.
OPEN = frozenset({SiteStatus.RECRUITING, SiteStatus.ENROLLING_BY_INVITATION, SiteStatus.AVAILABLE})
#: Final statuses: no ordinary transition leaves them, and they need no confirmation.
ENDED = frozenset({SiteStatus.COMPLETED, SiteStatus.TERMINATED, SiteStatus.WITHDRAWN})
#: Sort rank: open statuses first, final ones last, not published in between.
STATUS_ORDER = {
    status: rank
    for rank, status in enumerate(
        (
            SiteStatus.RECRUITING,
            SiteStatus.AVAILABLE,
            SiteStatus.ENROLLING_BY_INVITATION,
            SiteStatus.NOT_YET_RECRUITING,
            "",
            SiteStatus.SUSPENDED,
            SiteStatus.ACTIVE_NOT_RECRUITING,
            SiteStatus.COMPLETED,
            SiteStatus.TERMINATED,
            SiteStatus.WITHDRAWN,
            NOT_KNOWN,
        )
    )
}


class ActivationStage(models.TextChoices):
    """Milestones of a site from selection to close-out. Internal, independent of the recruitment status."""

    SELECTED = "SELECTED", "Site selected"
    ETHICS = "ETHICS", "Ethics approval"
    CONTRACT = "CONTRACT", "Contract"
    INITIATION_VISIT = "INITIATION_VISIT", "Site initiation visit (SIV)"
    ACTIVATED = "ACTIVATED", "Activated"
    FIRST_PARTICIPANT = "FIRST_PARTICIPANT", "First participant"
    LAST_PARTICIPANT = "LAST_PARTICIPANT", "Last participant"
    CLOSED = "CLOSED", "Site closed out"


class Source(models.TextChoices):
    """The source of a status event: a user or the registry's record."""

    PERSON = "PERSON", "A coordinator"
    REGISTRY = "REGISTRY", "The registry's record"


class Listing(models.TextChoices):
    """Whether the registry's record lists the site."""

    OURS = "", "Not listed yet"
    LISTED = "LISTED", "Listed"
    DELISTED = "DELISTED", "No longer listed"


class StatusPublication(models.TextChoices):
    """How a site's status is published, given its trial's overall status."""

    SHOWN = "SHOWN", "Shown"
    AHEAD_OF_TRIAL = "AHEAD_OF_TRIAL", "Shown; the overall status is being updated"
    HELD_BACK = "HELD_BACK", "Not shown; the site status is being updated"
    NOT_KNOWN = "NOT_KNOWN", "Not known; no status is on record for that day"


class ConfirmedAs(models.TextChoices):
    """The capacity in which a user confirmed a site's status, at the time of the confirmation."""

    SITE = "SITE", "The site"
    TRIAL_OFFICE = "TRIAL_OFFICE", "The trial office"
