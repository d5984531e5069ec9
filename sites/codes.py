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
