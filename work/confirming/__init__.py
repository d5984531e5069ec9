"""Still true, said of what somebody has seen: each site at the version that was on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from sites.authority import authorities_over
from sites.models import Confirmation, TrialSite
from sites.services import confirm
from work.confirming.review import review_reasons


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which sites are confirmed now, and which were not: `changed` since the page was shown, or `doubtful`, with the
    reasons.
    """

    confirmed: Sequence[TrialSite]
    changed: Sequence[TrialSite]
    doubtful: Mapping[TrialSite, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def confirm_seen(user, versions: Mapping[int, int], *, on: date) -> Outcome:
    """Confirm the user's sites that stand at these versions. Said twice on a day it counts once.

    Of several sites the doubtful ones are left out: each of them is confirmed by itself. LookupError when one of the
    sites is not the user's to edit.
    """
    asked = TrialSite.objects.editable_by(user).filter(pk__in=versions).select_related("trial", "facility")
    sites = list(asked.order_by("pk").select_for_update(of=("self",)))
    if len(sites) != len(versions):
        raise LookupError("Not all of these sites are the user's.")
    said = _said_already(user, sites, on)
    fresh = [site for site in sites if site.pk not in said and site.status and versions[site.pk] == site.version]
    changed = [site for site in sites if site.pk not in said and site not in fresh]
    reasons = review_reasons(fresh, on=on) if len(versions) > 1 else {}
    doubtful = {site: reasons[site.pk] for site in fresh if site.pk in reasons}
    together = [site for site in fresh if site not in doubtful]
    authorities = authorities_over(user, together) if together else {}
    confirm(together, author=user.actor, on=on, versions=versions, authorities=authorities)
    return Outcome(together, changed, doubtful)


def _said_already(user, sites: Sequence[TrialSite], on: date) -> set[int]:
    """The sites whose present status this user confirmed on that day."""
    mine = Confirmation.objects.filter(trial_site__in=sites, author=user.actor, confirmed_on=on, undone_at__isnull=True)
    present = {site.pk: site.status for site in sites}
    return {site_id for site_id, status in mine.values_list("trial_site", "status") if present[site_id] == status}
