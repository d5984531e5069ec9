"""Choices of change requests and public reports."""

from django.db import models


class ProposalKind(models.TextChoices):
    """The subject of a change request."""

    STATUS = "STATUS", "Recruitment status"
    FACILITY = "FACILITY", "Facility name and address"
    TARGET = "TARGET", "Enrollment target"
    STAGES = "STAGES", "Milestone dates"
    SITE = "SITE", "New site"


class ProposalDecision(models.TextChoices):
    """The decision about a change request; blank while it is open."""

    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class ReportedFault(models.TextChoices):
    """What a public report says is wrong."""

    CONTACT = "CONTACT", "A contact is wrong or does not answer"
    STATUS = "STATUS", "The status is out of date"
    PLACE = "PLACE", "The name or address is wrong"
    OTHER = "OTHER", "Something else"


class ReportOutcome(models.TextChoices):
    """How a report was closed; blank while it is open."""

    RIGHT = "RIGHT", "Record is correct"
    RESOLVED = "MENDED", "Resolved"
    NOT_OURS = "NOT_OURS", "Not our responsibility"
