"""Taking back what was recorded of many sites, as far as it still stands."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from sites.codes import Source
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.services.status import uncorrected
from sites.transitions import Authority, may_end

CHANGED_SINCE = "The status was changed again since, so it stays."
DECIDED_BY_OTHERS = "This is decided by the trial’s coordinator, so it stays."
NONE_IN_BETWEEN: Mapping[int, Sequence[StatusEvent]] = MappingProxyType({})


@transaction.atomic
def revert_statuses(
    events: Sequence[StatusEvent],
    *,
    author: str,
    reason: str,
    authorities: Mapping[int, Authority],
    interim: Mapping[int, Sequence[StatusEvent]] = NONE_IN_BETWEEN,
) -> dict[int, str]:
    """Give sites the status back that they had before these events; by id of an event, why it was left.

    Each event stays, corrected by one that says again what was said before it, known since when that was known; so
    does what was recorded with it as having been in between (`interim`, by the event's id). Left is what is no longer
    in force, and what `authorities` (by site) do not cover.
    """
    histories = _histories(events)
    left, corrections = {}, []
    for event in events:
        history, between = histories[event.trial_site_id], interim.get(event.pk, ())
        earlier = [other for other in history if other not in (*between, event)]
        before = event.corrects or (earlier[-1] if earlier else None)
        if refusal := _refusal([*between, event], history, before, authorities.get(event.trial_site_id)):
            left[event.pk] = refusal
        else:
            corrections += [_again(before, undone, earlier) for undone in (*between, event)]
    with authored(author, reason=reason):
        for correction in corrections:
            correction.author, correction.reason = author, reason
        StatusEvent.objects.bulk_create(corrections)
    return left


@transaction.atomic
def undo_confirmations(ids: Collection[int], *, author: str, reason: str) -> None:
    """Take confirmations back; their rows stay, marked. Those undone already stay as they are."""
    held = Confirmation.objects.filter(pk__in=ids, undone_at__isnull=True)
    with authored(author, reason=reason):
        held.update(undone_at=timezone.now())


def _histories(events: Iterable[StatusEvent]) -> dict[int, list[StatusEvent]]:
    """The uncorrected events of the sites, whose rows are locked. Two queries."""
    ids = {event.trial_site_id for event in events}
    list(TrialSite.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    told = defaultdict(list)
    for event in uncorrected(StatusEvent.objects.filter(trial_site__in=ids)):
        told[event.trial_site_id].append(event)
    return told


def _refusal(
    recorded: Sequence[StatusEvent],
    history: Sequence[StatusEvent],
    before: StatusEvent | None,
    authority: Authority | None,
) -> str:
    """Nothing of what was recorded together may have been followed or corrected since."""
    event = recorded[-1]
    if [event] != history[-1:] or not {*recorded} <= {*history}:
        return CHANGED_SINCE
    statuses = [event.status, before.status if before else ""]
    return "" if authority and all(may_end(status, authority) for status in statuses) else DECIDED_BY_OTHERS


def _again(before: StatusEvent | None, event: StatusEvent, earlier: Sequence[StatusEvent]) -> StatusEvent:
    """`as_of` may not be before what else is known of the site, or that would be in force instead."""
    known = [other.as_of for other in (before, *earlier) if other]
    return StatusEvent(
        trial_site_id=event.trial_site_id,
        status=before.status if before else "",
        effective_on=before.effective_on if before else None,
        as_of=max(known, default=event.as_of),
        source=before.source if before else Source.PERSON,
        corrects=event,
    )
