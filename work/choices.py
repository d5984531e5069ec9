"""What can be proposed and reported, and how that ended."""

from django.db import models


class ProposalKind(models.TextChoices):
    """What a proposal would change."""

    STATUS = "STATUS", "Recruitment status"
    FACILITY = "FACILITY", "Name and place of the hospital"
    TARGET = "TARGET", "Enrollment target"
    STAGES = "STAGES", "Dates of its stages"
    SITE = "SITE", "New site"


class ProposalDecision(models.TextChoices):
    """How a proposal ended; a blank one is open."""

    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Taken back"


class ReportedFault(models.TextChoices):
    """What somebody from outside found wrong."""

    CONTACT = "CONTACT", "A contact is wrong or does not answer"
    STATUS = "STATUS", "The status is out of date"
    PLACE = "PLACE", "The name or the place is wrong"
    OTHER = "OTHER", "Something else"


class ReportOutcome(models.TextChoices):
    """How a report was closed; a blank one is open."""

    RIGHT = "RIGHT", "It is right as it stands"
    RESOLVED = "MENDED", "Mended"
    NOT_OURS = "NOT_OURS", "Not for us"
