"""Categories of conflicts, and decisions about conflicts and held records."""

from django.db import models


class ConflictCategory(models.TextChoices):
    """What a conflict is about."""

    SITE_STATUS = "SITE_STATUS", "Site status"
    SITE_CONTACTS = "SITE_CONTACTS", "Site contacts"
    SITE_PLACE = "SITE_PLACE", "Site facility"
    SITE = "SITE", "Whole site"
    STATUS = "STATUS", "Trial status and dates"
    CONTACTS = "CONTACTS", "Trial contacts"
    PROTOCOL = "PROTOCOL", "Protocol"


#: Categories that site coordinators may resolve at their sites; trial coordinators may resolve all.
SITE_COORDINATOR_CATEGORIES = frozenset({ConflictCategory.SITE_STATUS, ConflictCategory.SITE_CONTACTS})


class HeldDecision(models.TextChoices):
    """A person's decision about an incomplete record that was held."""

    OPEN = "", "Open"
    APPLIED = "APPLIED", "Applied"
    DISCARDED = "DISCARDED", "Discarded"


class Decision(models.TextChoices):
    """The outcome of a conflict."""

    OPEN = "", "Open"
    OURS = "OURS", "Local value kept"
    THEIRS = "THEIRS", "Registry value used"
    EDITED = "EDITED", "Another value entered"
    SETTLED = "SETTLED", "Resolved by a later record"
