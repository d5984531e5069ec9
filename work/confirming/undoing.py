"""Taking back, within the minute, what one has just confirmed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from sites.models import Confirmation, StatusEvent, TrialSite
from sites.services import undo_confirmation

FOR = timedelta(minutes=1)


def confirmations_by(user) -> QuerySet[Confirmation]:
    """What the user confirmed at sites that are theirs.

    A confirmation that came with a change of status is a part of that change, and is not taken back alone.
    """
    change = StatusEvent.objects.filter(
        trial_site=OuterRef("trial_site"),
        author=OuterRef("author"),
        status=OuterRef("status"),
        recorded_at__range=(OuterRef("recorded_at") - FOR, OuterRef("recorded_at") + FOR),
    )
    mine = TrialSite.objects.editable_by(user)
    return Confirmation.objects.filter(~Exists(change), author=user.actor, trial_site__in=mine)


def undoable(user, *, now: datetime) -> list[Confirmation]:
    """What can be taken back at this moment, with its sites."""
    recent = confirmations_by(user).filter(undone_at__isnull=True, recorded_at__gte=now - FOR)
    return list(recent.select_related("trial_site__facility", "trial_site__trial").order_by("pk"))


@transaction.atomic
def take_back(user, ids: Collection[int], *, now: datetime) -> int:
    """Undo these confirmations as far as they are younger than a minute and not undone; gives how many were.

    LookupError when one of them is not the user's.
    """
    asked = list(confirmations_by(user).filter(pk__in=ids).order_by("pk"))
    if len(asked) != len(set(ids)):
        raise LookupError("Not all of these confirmations are the user's.")
    held = Confirmation.objects.filter(pk__in=ids, undone_at__isnull=True, recorded_at__gte=now - FOR)
    fresh = list(held.order_by("pk").select_for_update())
    for confirmation in fresh:
        undo_confirmation(confirmation, author=user.actor, reason="Taken back within the minute")
    return len(fresh)
