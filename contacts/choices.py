"""The registry's codes for what a contact is.

The values are the registry's codes, spelt once; the labels are the words people read.
Source: the ClinicalTrials.gov API v2, /studies/enums.
"""

from django.db import models


class ContactRole(models.TextChoices):
    STUDY_CHAIR = "STUDY_CHAIR", "Study Chair"
    STUDY_DIRECTOR = "STUDY_DIRECTOR", "Study Director"
    PRINCIPAL_INVESTIGATOR = "PRINCIPAL_INVESTIGATOR", "Principal Investigator"
    SUB_INVESTIGATOR = "SUB_INVESTIGATOR", "Sub-Investigator"
    CONTACT = "CONTACT", "Contact"


class OfficialRole(models.TextChoices):
    STUDY_CHAIR = "STUDY_CHAIR", "Study Chair"
    STUDY_DIRECTOR = "STUDY_DIRECTOR", "Study Director"
    PRINCIPAL_INVESTIGATOR = "PRINCIPAL_INVESTIGATOR", "Principal Investigator"
    SUB_INVESTIGATOR = "SUB_INVESTIGATOR", "Sub-Investigator"


class RoleKind(models.TextChoices):
    """Where a contact stands in a record: which list of it, and so which publication rule."""

    CENTRAL_CONTACT = "CENTRAL_CONTACT", "Central contact"
    OFFICIAL = "OFFICIAL", "Study official"
    SITE_CONTACT = "SITE_CONTACT", "Site contact"


class ContactPublication(models.TextChoices):
    """Why the public is told whom to call about a trial, or why not."""

    PUBLISHED = "PUBLISHED", "A phone number or an e-mail address is published"
    NONE_NAMED = "NONE_NAMED", "Somebody could join, but neither the trial nor a site names a contact"
    NOT_JOINABLE = "NOT_JOINABLE", "Nobody can join, so that no contact is published"
