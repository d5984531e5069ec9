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
