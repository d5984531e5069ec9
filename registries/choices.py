"""What a difference between the registry and us can be about, and what became of it."""

from django.db import models


class ConflictCategory(models.TextChoices):
    """The kinds of thing that both can say differently."""

    SITE_STATUS = "SITE_STATUS", "Status of a site"
    SITE_CONTACTS = "SITE_CONTACTS", "Contacts of a site"
    SITE_PLACE = "SITE_PLACE", "Place of a site"
    SITE = "SITE", "A whole site"
    STATUS = "STATUS", "Status and dates of the trial"
    CONTACTS = "CONTACTS", "Contacts of the trial"
    PROTOCOL = "PROTOCOL", "Protocol"


#: What a site's own coordinator may decide; the rest is for the trial's.
SITE_COORDINATOR_CATEGORIES = frozenset({ConflictCategory.SITE_STATUS, ConflictCategory.SITE_CONTACTS})


class HeldDecision(models.TextChoices):
    """What a person decided about a record that was held because it is only a part of one."""

    OPEN = "", "To decide"
    APPLIED = "APPLIED", "Applied"
    DISCARDED = "DISCARDED", "Discarded"


class Decision(models.TextChoices):
    """What became of a conflict."""

    OPEN = "", "To decide"
    OURS = "OURS", "Keep ours"
    THEIRS = "THEIRS", "Take the registry's"
    EDITED = "EDITED", "Something else"
    SETTLED = "SETTLED", "Settled by a later record"
