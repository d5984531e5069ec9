"""What a trial plans for a site."""

from django.db import transaction

from history.authorship import authored
from sites.models import TrialSite
from sites.services.locking import locked


@transaction.atomic
def set_target(
    site: TrialSite, *, target: int | None, author: str, reason: str = "", version: int | None = None
) -> TrialSite:
    """How many people the site is to enroll; None where nobody has said. ValidationError below zero; StaleVersion."""
    current = locked(site, version)
    current.enrollment_target = target
    current.clean_fields(exclude=[field.name for field in current._meta.fields if field.name != "enrollment_target"])
    with authored(author, reason=reason):
        current.save(update_fields=["enrollment_target"])
    return current
