"""Changing the status of many sites in as many queries as of one.

Taking back what was recorded of many sites, as far as it still stands.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from common import dates
from common.rules import enforce
from history.authorship import authored
from sites.choices import Source
from sites.confirmation_source import confirmation_capacity
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.rules import CHANGE_RULES
from sites.rules.inputs import StatusChangeInput
from sites.services.row_locks import lock_at_versions
from sites.services.status import StatusChangeRequest, build_status_events, rule_inputs_for, uncorrected
from sites.status_transitions import Authority, may_set_status


class RecordedChange(NamedTuple):
    """What was recorded of one site; `interim` are the events of what lay in between, in their order."""

    event: StatusEvent | None = None
    confirmation: Confirmation | None = None
    interim: Sequence[StatusEvent] = ()


@transaction.atomic
def change_statuses(
    requests: Sequence[StatusChangeRequest],
    *,
    author: str,
    reason: str = "",
    accept_warnings: bool = False,
    as_of: date | None = None,
) -> list[RecordedChange]:
    """What `change_status` does, of many sites at the versions that they were seen: all or none.

    `reason` is kept in the trail, each change's own reason in its events. Gives what was recorded in the order asked.
    ValidationError when a rule refuses one of them, naming its site; StaleVersion.
    """
    day = as_of or dates.today()
    lock_at_versions({one.site.pk: one.site.version for one in requests})
    changes = rule_inputs_for(requests)
    for one, change in zip(requests, changes, strict=True):
        _enforce_change_rules(one, change, day, accept_warnings)
    corrected = _events_to_correct(requests, changes)
    with authored(author, reason=reason):
        # In this order each site takes both over at once, as one version
        confirmations = Confirmation.objects.bulk_create(
            Confirmation(
                trial_site=one.site, status=one.to, confirmed_on=day, author=author,
                confirmed_as=confirmation_capacity(one.authority),
            )
            for one in requests
        )  # fmt: skip
        events = [
            build_status_events(one.site, change, day, author, corrected.get(one.site.pk))
            for one, change in zip(requests, changes, strict=True)
        ]
        StatusEvent.objects.bulk_create(chain.from_iterable(events))
    return [
        RecordedChange(event, confirmation, interim)
        for (*interim, event), confirmation in zip(events, confirmations, strict=True)
    ]


def current_events(site_ids: Iterable[int]) -> dict[int, StatusEvent]:
    """The event that each site's status follows, by the site's id. One query."""
    events = uncorrected(StatusEvent.objects.filter(trial_site__in=list(site_ids)))
    return {event.trial_site_id: event for event in events}


def _enforce_change_rules(
    change_request: StatusChangeRequest, change: StatusChangeInput, day: date, accept_warnings: bool
) -> None:
    try:
        enforce(CHANGE_RULES, change, on=day, accept_warnings=accept_warnings)
    except ValidationError as error:
        raise ValidationError(
            [ValidationError(f"{change_request.site}: {said.message}", code=said.code) for said in error.error_list]
        ) from None


def _events_to_correct(
    requests: Sequence[StatusChangeRequest], changes: Sequence[StatusChangeInput]
) -> dict[int, StatusEvent]:
    """What is corrected where somebody goes back on what was recorded."""
    corrections = [one.site.pk for one, change in zip(requests, changes, strict=True) if change.is_correction]
    return current_events(corrections) if corrections else {}


CHANGED_SINCE = "The status was changed again since, so it stays."
DECIDED_BY_OTHERS = "This is decided by the trial’s coordinator, so it stays."
NO_INTERIM_EVENTS: Mapping[int, Sequence[StatusEvent]] = MappingProxyType({})


@transaction.atomic
def revert_statuses(
    events: Sequence[StatusEvent],
    *,
    author: str,
    reason: str,
    authorities: Mapping[int, Authority],
    interim: Mapping[int, Sequence[StatusEvent]] = NO_INTERIM_EVENTS,
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
        if refusal := _skip_reason([*between, event], history, before, authorities.get(event.trial_site_id)):
            left[event.pk] = refusal
        else:
            corrections += [_restoring_event(before, undone, earlier) for undone in (*between, event)]
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


def _skip_reason(
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
    return "" if authority and all(may_set_status(status, authority) for status in statuses) else DECIDED_BY_OTHERS


def _restoring_event(before: StatusEvent | None, event: StatusEvent, earlier: Sequence[StatusEvent]) -> StatusEvent:
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
