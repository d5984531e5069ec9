"""Bulk status changes of sites, and their reversal, in a constant number of queries."""

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
from common.rule_types import enforce
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.choices import Source
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.rules import CHANGE_RULES, StatusChangeInput
from sites.services.status import (
    StatusChangeRequest,
    build_status_events,
    confirmation_capacity,
    rule_inputs_for,
    uncorrected,
)
from sites.status_transitions import Authority, may_set_status

CHANGED_LATER_TEXT = "Not undone: the status was changed again later."
TRIAL_COORDINATOR_ONLY_TEXT = "Not undone: only the trial coordinator can change it."
NO_INTERIM_EVENTS: Mapping[int, Sequence[StatusEvent]] = MappingProxyType({})


class RecordedChange(NamedTuple):
    """The records of one site's change; `interim` are the events of earlier statuses entered with it, in order."""

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
    """Apply `change_status` to many sites at the versions of `requests`: all or none.

    `reason` is kept in the audit trail, each request's reason in its events. Returns the records in
    the order of requests. ValidationError when a rule refuses one of them, naming its site; StaleVersion.
    """
    day = as_of or dates.today()
    _lock_at_versions({request.site.pk: request.site.version for request in requests})
    changes = rule_inputs_for(requests)
    for request, change in zip(requests, changes, strict=True):
        _enforce_change_rules(request, change, day, accept_warnings)
    corrected = _events_to_correct(requests, changes)
    with authored(author, reason=reason):
        # in this order the triggers update each site once, so that it gets one new version
        confirmations = Confirmation.objects.bulk_create(
            Confirmation(
                trial_site=request.site, status=request.to, confirmed_on=day, author=author,
                confirmed_as=confirmation_capacity(request.authority),
            )
            for request in requests
        )  # fmt: skip
        events = [
            build_status_events(request.site, change, day, author, corrected.get(request.site.pk))
            for request, change in zip(requests, changes, strict=True)
        ]
        StatusEvent.objects.bulk_create(chain.from_iterable(events))
    return [
        RecordedChange(event, confirmation, interim)
        for (*interim, event), confirmation in zip(events, confirmations, strict=True)
    ]


def _lock_at_versions(versions: Mapping[int, int]) -> None:
    """Lock sites at these versions (by id), in id order, which prevents deadlocks. StaleVersion for the first other."""
    rows = TrialSite.objects.filter(pk__in=versions).order_by("pk").select_for_update()
    for pk, version in rows.values_list("pk", "version"):
        if versions[pk] != version:
            raise StaleVersion(TrialSite.objects.select_related("trial", "facility").get(pk=pk))


def current_events(site_ids: Iterable[int]) -> dict[int, StatusEvent]:
    """The event of each site's current status, by site id. One query."""
    events = uncorrected(StatusEvent.objects.filter(trial_site__in=list(site_ids)))
    return {event.trial_site_id: event for event in events}


def _enforce_change_rules(
    change_request: StatusChangeRequest, change: StatusChangeInput, day: date, accept_warnings: bool
) -> None:
    try:
        enforce(CHANGE_RULES, change, on=day, accept_warnings=accept_warnings)
    except ValidationError as error:
        raise ValidationError(
            [
                ValidationError(f"{change_request.site}: {message.message}", code=message.code)
                for message in error.error_list
            ]
        ) from None


def _events_to_correct(
    requests: Sequence[StatusChangeRequest], changes: Sequence[StatusChangeInput]
) -> dict[int, StatusEvent]:
    """The events that corrections among the changes replace, by site id."""
    corrections = [request.site.pk for request, change in zip(requests, changes, strict=True) if change.is_correction]
    return current_events(corrections) if corrections else {}


@transaction.atomic
def revert_statuses(
    events: Sequence[StatusEvent],
    *,
    author: str,
    reason: str,
    authorities: Mapping[int, Authority],
    interim: Mapping[int, Sequence[StatusEvent]] = NO_INTERIM_EVENTS,
) -> dict[int, str]:
    """Restore the statuses that sites had before these events; returns the reason for each skipped event, by event id.

    Each event is kept and corrected by a new one with the earlier status and its dates; so are the `interim` events
    recorded with it (by event id). Skipped are events no longer in force, and those outside `authorities` (by site id).
    """
    histories = _histories(events)
    skipped, corrections = {}, []
    for event in events:
        history, between = histories[event.trial_site_id], interim.get(event.pk, ())
        earlier = [other for other in history if other not in (*between, event)]
        before = event.corrects or (earlier[-1] if earlier else None)
        if refusal := _skip_reason([*between, event], history, before, authorities.get(event.trial_site_id)):
            skipped[event.pk] = refusal
        else:
            corrections += [_restoring_event(before, undone, earlier) for undone in (*between, event)]
    with authored(author, reason=reason):
        for correction in corrections:
            correction.author, correction.reason = author, reason
        StatusEvent.objects.bulk_create(corrections)
    return skipped


@transaction.atomic
def undo_confirmations(ids: Collection[int], *, author: str, reason: str) -> None:
    """Mark confirmations as undone; those already undone stay unchanged."""
    active = Confirmation.objects.filter(pk__in=ids, undone_at__isnull=True)
    with authored(author, reason=reason):
        active.update(undone_at=timezone.now())


def _histories(events: Iterable[StatusEvent]) -> dict[int, list[StatusEvent]]:
    """The uncorrected events by site id; locks the sites' rows. Two queries."""
    ids = {event.trial_site_id for event in events}
    list(TrialSite.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    histories = defaultdict(list)
    for event in uncorrected(StatusEvent.objects.filter(trial_site__in=ids)):
        histories[event.trial_site_id].append(event)
    return histories


def _skip_reason(
    recorded: Sequence[StatusEvent],
    history: Sequence[StatusEvent],
    before: StatusEvent | None,
    authority: Authority | None,
) -> str:
    """Why the events recorded together cannot be reverted; blank when none was followed or corrected since."""
    event = recorded[-1]
    if [event] != history[-1:] or not {*recorded} <= {*history}:
        return CHANGED_LATER_TEXT
    statuses = [event.status, before.status if before else ""]
    return (
        ""
        if authority and all(may_set_status(status, authority) for status in statuses)
        else TRIAL_COORDINATOR_ONLY_TEXT
    )


def _restoring_event(before: StatusEvent | None, event: StatusEvent, earlier: Sequence[StatusEvent]) -> StatusEvent:
    """A correction of `event` with the status before it; `as_of` is not before that of other events."""
    earlier_dates = [other.as_of for other in (before, *earlier) if other]
    return StatusEvent(
        trial_site_id=event.trial_site_id,
        status=before.status if before else "",
        effective_on=before.effective_on if before else None,
        as_of=max(earlier_dates, default=event.as_of),
        source=before.source if before else Source.PERSON,
        corrects=event,
    )
