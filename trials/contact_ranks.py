"""Ranks of contacts: the first two of a list, in the order of the record, are the primary and the backup contact. Pure.

Source: PRS data element definitions, "Central Contact Person" and "Central Contact Backup", "Facility Contact" and
"Facility Contact Backup". The registry's API gives both the role CONTACT, the primary one first; 372 of 2,000 records
have two central contacts, none more; 743 of 28,954 locations have two contacts, 11 up to nine.
"""

from collections.abc import Iterable, Iterator

from django.db import models
from django.utils.translation import gettext_noop

CONTACT = "CONTACT"


class ContactRank(models.TextChoices):
    PRIMARY = "PRIMARY", gettext_noop("Primary contact")
    BACKUP = "BACKUP", gettext_noop("Backup contact")
    FURTHER = "FURTHER", gettext_noop("Further contact")


def contact_ranks(roles: Iterable[str]) -> Iterator[str]:
    """The rank of each role of a list, in its order; "" for roles that are no contact, such as investigators."""
    order = iter((ContactRank.PRIMARY, ContactRank.BACKUP))
    for role in roles:
        yield next(order, ContactRank.FURTHER).value if role == CONTACT else ""
