"""Confirming sites at the versions shown on a page, and undoing that within one minute."""

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
    """The confirmed sites, those `changed` since the page was shown, and those that need a review, with reasons."""

    confirmed: Sequence[TrialSite]
    changed: Sequence[TrialSite]
    needs_review: Mapping[TrialSite, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def confirm_sites(user, versions: Mapping[int, int], *, on: date) -> ConfirmationResult:
    """Confirm the user's sites at these versions, by site id. A second confirmation on a day has no effect.

    Of several sites those that need a review are skipped. LookupError if the user cannot edit one of the sites.
    """
    editable = TrialSite.objects.editable_by(user).filter(pk__in=versions).select_related("trial", "facility")
    sites = list(editable.order_by("pk").select_for_update(of=("self",)))
    if len(sites) != len(versions):
        raise LookupError("Not all of these sites are the user's.")
    already_confirmed = _already_confirmed(user, sites, on)
    fresh = [
        site for site in sites if site.pk not in already_confirmed and site.status and versions[site.pk] == site.version
    ]
    changed = [site for site in sites if site.pk not in already_confirmed and site not in fresh]
    reasons = review_reasons(fresh, on=on) if len(versions) > 1 else {}
    needs_review = {site: reasons[site.pk] for site in fresh if site.pk in reasons}
    confirmable = [site for site in fresh if site not in needs_review]
    authorities = authorities_over(user, confirmable) if confirmable else {}
    confirm(confirmable, author=user.actor, on=on, versions=versions, authorities=authorities)
    return ConfirmationResult(confirmable, changed, needs_review)


def _already_confirmed(user, sites: Sequence[TrialSite], on: date) -> set[int]:
    """The ids of sites whose current status this user confirmed on that day."""
    mine = Confirmation.objects.filter(trial_site__in=sites, author=user.actor, confirmed_on=on, undone_at__isnull=True)
    current = {site.pk: site.status for site in sites}
    return {site_id for site_id, status in mine.values_list("trial_site", "status") if current[site_id] == status}


UNDO_WINDOW = timedelta(minutes=1)


def confirmations_by(user) -> QuerySet[Confirmation]:
    """The user's confirmations at sites that they can edit, without those recorded by a status change."""
    change = StatusEvent.objects.filter(
        trial_site=OuterRef("trial_site"),
        author=OuterRef("author"),
        status=OuterRef("status"),
        recorded_at__range=(OuterRef("recorded_at") - UNDO_WINDOW, OuterRef("recorded_at") + UNDO_WINDOW),
    )
    mine = TrialSite.objects.editable_by(user)
    return Confirmation.objects.filter(~Exists(change), author=user.actor, trial_site__in=mine)


def undoable(user, *, now: datetime) -> list[Confirmation]:
    """The confirmations that can be undone now, with their sites."""
    recent = confirmations_by(user).filter(undone_at__isnull=True, recorded_at__gte=now - UNDO_WINDOW)
    return list(recent.select_related("trial_site__facility", "trial_site__trial").order_by("pk"))


@transaction.atomic
def undo_recent_confirmations(user, ids: Collection[int], *, now: datetime) -> int:
    """Undo those of these confirmations that are younger than `UNDO_WINDOW`; returns their number.

    LookupError if one of them is not the user's.
    """
    own = list(confirmations_by(user).filter(pk__in=ids).order_by("pk"))
    if len(own) != len(set(ids)):
        raise LookupError("Not all of these confirmations are the user's.")
    recent = Confirmation.objects.filter(pk__in=ids, undone_at__isnull=True, recorded_at__gte=now - UNDO_WINDOW)
    fresh = list(recent.order_by("pk").select_for_update())
    for confirmation in fresh:
        undo_confirmation(confirmation, author=user.actor, reason="Undone within one minute")
    return len(fresh)
