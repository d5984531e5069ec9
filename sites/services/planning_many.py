"""What is planned for sites: the columns that their trial's coordinator sets."""

from collections.abc import Sequence

from django.db import transaction

from history.authorship import authored
from sites.models import TrialSite

PLANS = ("enrollment_target", "internal_note")


@transaction.atomic
def set_plans(sites: Sequence[TrialSite], *, author: str, reason: str = "") -> None:
    """Write the enrollment targets and internal notes that the sites now carry, for a caller who holds their rows."""
    with authored(author, reason=reason):
        TrialSite.objects.bulk_update(sites, PLANS)
