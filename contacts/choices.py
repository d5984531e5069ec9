"""Codes of contacts and their roles; the values are the registry's codes.

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
    """The list of a registry record in which a contact is; the publication rule depends on it."""

    CENTRAL_CONTACT = "CENTRAL_CONTACT", "Central contact"
    OFFICIAL = "OFFICIAL", "Study official"
    SITE_CONTACT = "SITE_CONTACT", "Site contact"


class ContactPublication(models.TextChoices):
    """Whether contact details of a trial are public, and if not, why."""

    PUBLISHED = "PUBLISHED", "A phone number or an e-mail address is published"
    NONE_NAMED = "NONE_NAMED", "Participants can join, but neither the trial nor a site has a contact"
    NOT_JOINABLE = "NOT_JOINABLE", "Participants cannot join, so no contact is published"
