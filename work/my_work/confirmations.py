"""Still true, said of what somebody has seen: each site at the version that was on the page.

Taking back, within the minute, what one has just confirmed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from sites.models import Confirmation, StatusEvent, TrialSite
from sites.permissions import authorities_over
from sites.services import confirm, undo_confirmation
from work.my_work.review import review_reasons


@dataclass(frozen=True, slots=True)
class ConfirmationResult:
    """Which sites are confirmed now, and which were not: `changed` since the page was shown, or `doubtful`, with the
    reasons.
    """

    confirmed: Sequence[TrialSite]
    changed: Sequence[TrialSite]
    needs_review: Mapping[TrialSite, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def confirm_sites(user, versions: Mapping[int, int], *, on: date) -> ConfirmationResult:
    """Confirm the user's sites that stand at these versions. Said twice on a day it counts once.

    Of several sites the doubtful ones are left out: each of them is confirmed by itself. LookupError when one of the
    sites is not the user's to edit.
    """
    asked = TrialSite.objects.editable_by(user).filter(pk__in=versions).select_related("trial", "facility")
    sites = list(asked.order_by("pk").select_for_update(of=("self",)))
    if len(sites) != len(versions):
        raise LookupError("Not all of these sites are the user's.")
    said = _already_confirmed(user, sites, on)
    fresh = [site for site in sites if site.pk not in said and site.status and versions[site.pk] == site.version]
    changed = [site for site in sites if site.pk not in said and site not in fresh]
    reasons = review_reasons(fresh, on=on) if len(versions) > 1 else {}
    doubtful = {site: reasons[site.pk] for site in fresh if site.pk in reasons}
    together = [site for site in fresh if site not in doubtful]
    authorities = authorities_over(user, together) if together else {}
    confirm(together, author=user.actor, on=on, versions=versions, authorities=authorities)
    return ConfirmationResult(together, changed, doubtful)


def _already_confirmed(user, sites: Sequence[TrialSite], on: date) -> set[int]:
    """The sites whose present status this user confirmed on that day."""
    mine = Confirmation.objects.filter(trial_site__in=sites, author=user.actor, confirmed_on=on, undone_at__isnull=True)
    present = {site.pk: site.status for site in sites}
    return {site_id for site_id, status in mine.values_list("trial_site", "status") if present[site_id] == status}


UNDO_WINDOW = timedelta(minutes=1)


def confirmations_by(user) -> QuerySet[Confirmation]:
    """What the user confirmed at sites that are theirs.

    A confirmation that came with a change of status is a part of that change, and is not taken back alone.
    """
    change = StatusEvent.objects.filter(
        trial_site=OuterRef("trial_site"),
        author=OuterRef("author"),
        status=OuterRef("status"),
        recorded_at__range=(OuterRef("recorded_at") - UNDO_WINDOW, OuterRef("recorded_at") + UNDO_WINDOW),
    )
    mine = TrialSite.objects.editable_by(user)
    return Confirmation.objects.filter(~Exists(change), author=user.actor, trial_site__in=mine)


def undoable(user, *, now: datetime) -> list[Confirmation]:
    """What can be taken back at this moment, with its sites."""
    recent = confirmations_by(user).filter(undone_at__isnull=True, recorded_at__gte=now - UNDO_WINDOW)
    return list(recent.select_related("trial_site__facility", "trial_site__trial").order_by("pk"))


@transaction.atomic
def undo_recent_confirmations(user, ids: Collection[int], *, now: datetime) -> int:
    """Undo these confirmations as far as they are younger than a minute and not undone; gives how many were.

    LookupError when one of them is not the user's.
    """
    asked = list(confirmations_by(user).filter(pk__in=ids).order_by("pk"))
    if len(asked) != len(set(ids)):
        raise LookupError("Not all of these confirmations are the user's.")
    held = Confirmation.objects.filter(pk__in=ids, undone_at__isnull=True, recorded_at__gte=now - UNDO_WINDOW)
    fresh = list(held.order_by("pk").select_for_update())
    for confirmation in fresh:
        undo_confirmation(confirmation, author=user.actor, reason="Taken back within the minute")
    return len(fresh)
