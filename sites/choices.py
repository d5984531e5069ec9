"""The registry's codes for one site.

The values are the registry's codes, spelt once; the labels are the words people read.
Source: the ClinicalTrials.gov API v2, /studies/enums.
"""

from django.db import models


class SiteStatus(models.TextChoices):
    """Recruitment status of one site. A blank status means: not published."""

    NOT_YET_RECRUITING = "NOT_YET_RECRUITING", "Not yet recruiting"
    RECRUITING = "RECRUITING", "Recruiting"
    ENROLLING_BY_INVITATION = "ENROLLING_BY_INVITATION", "By invitation only"
    ACTIVE_NOT_RECRUITING = "ACTIVE_NOT_RECRUITING", "Active, not recruiting"
    SUSPENDED = "SUSPENDED", "Suspended"
    COMPLETED = "COMPLETED", "Completed"
    TERMINATED = "TERMINATED", "Terminated"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    AVAILABLE = "AVAILABLE", "Available"


#: The statuses of a site that takes people in, by whatever way.
OPEN = frozenset({SiteStatus.RECRUITING, SiteStatus.ENROLLING_BY_INVITATION, SiteStatus.AVAILABLE})
#: No ordinary change leads on from these, and nobody needs to confirm them.
ENDED = frozenset({SiteStatus.COMPLETED, SiteStatus.TERMINATED, SiteStatus.WITHDRAWN})


class ActivationStage(models.TextChoices):
    """How far a site is on its way to opening. Internal; never mixed with the recruitment status."""

    SELECTED = "SELECTED", "Selected"
    ETHICS = "ETHICS", "Ethics approval"
    CONTRACT = "CONTRACT", "Contract"
    INITIATION_VISIT = "INITIATION_VISIT", "Initiation visit"
    ACTIVATED = "ACTIVATED", "Activated"
    FIRST_PARTICIPANT = "FIRST_PARTICIPANT", "First participant"
    LAST_PARTICIPANT = "LAST_PARTICIPANT", "Last participant"
    CLOSED = "CLOSED", "Closed"


class Source(models.TextChoices):
    """Who says so: a person here, or the registry's record."""

    PERSON = "PERSON", "A coordinator"
    REGISTRY = "REGISTRY", "The registry's record"


class Listing(models.TextChoices):
    """Whether the registry's record names the site."""

    OURS = "", "Not in the record yet"
    LISTED = "LISTED", "Listed"
    DELISTED = "DELISTED", "No longer listed"


class StatusPublication(models.TextChoices):
    """What the public is shown of a site's status beside its trial's overall status."""

    SHOWN = "SHOWN", "Shown"
    AHEAD_OF_TRIAL = "AHEAD_OF_TRIAL", "Shown; the trial's own status is being updated"
    HELD_BACK = "HELD_BACK", "Not shown; the site's status is being updated"


class ConfirmedAs(models.TextChoices):
    """In which capacity somebody confirmed a site's status, as of that moment."""

    SITE = "SITE", "The site"
    TRIAL_OFFICE = "TRIAL_OFFICE", "The trial's office"
