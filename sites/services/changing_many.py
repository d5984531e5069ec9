"""Changing the status of many sites in as many queries as of one."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from common import dates
from history.authorship import authored
from sites.confirmers import capacity_of
from sites.models import Confirmation, StatusEvent
from sites.rules import CHANGE_RULES
from sites.services.locking import lock_at
from sites.services.status import events_of, uncorrected
from sites.services.wanted import WantedStatus, changes_of
from sites.subjects import StatusChange
from trials.rule import demand


class Recorded(NamedTuple):
    """What was recorded of one site; `interim` are the events of what lay in between, in their order."""

    event: StatusEvent | None = None
    confirmation: Confirmation | None = None
    interim: Sequence[StatusEvent] = ()


@transaction.atomic
def change_statuses(
    wanted: Sequence[WantedStatus],
    *,
    author: str,
    reason: str = "",
    accept_warnings: bool = False,
    as_of: date | None = None,
) -> list[Recorded]:
    """What `change_status` does, of many sites at the versions that they were seen: all or none.

    `reason` is kept in the trail, each change's own reason in its events. Gives what was recorded in the order asked.
    ValidationError when a rule refuses one of them, naming its site; StaleVersion.
    """
    day = as_of or dates.today()
    lock_at({one.site.pk: one.site.version for one in wanted})
    changes = changes_of(wanted)
    for one, change in zip(wanted, changes, strict=True):
        _demand(one, change, day, accept_warnings)
    corrected = _corrected(wanted, changes)
    with authored(author, reason=reason):
        # In this order each site takes both over at once, as one version
        confirmations = Confirmation.objects.bulk_create(
            Confirmation(
                trial_site=one.site, status=one.to, confirmed_on=day, author=author,
                confirmed_as=capacity_of(one.authority),
            )
            for one in wanted
        )  # fmt: skip
        events = [
            events_of(one.site, change, day, author, corrected.get(one.site.pk))
            for one, change in zip(wanted, changes, strict=True)
        ]
        StatusEvent.objects.bulk_create(chain.from_iterable(events))
    return [
        Recorded(event, confirmation, interim)
        for (*interim, event), confirmation in zip(events, confirmations, strict=True)
    ]


def events_in_force(site_ids: Iterable[int]) -> dict[int, StatusEvent]:
    """The event that each site's status follows, by the site's id. One query."""
    events = uncorrected(StatusEvent.objects.filter(trial_site__in=list(site_ids)))
    return {event.trial_site_id: event for event in events}


def _demand(one: WantedStatus, change: StatusChange, day: date, accept_warnings: bool) -> None:
    try:
        demand(CHANGE_RULES, change, on=day, accept_warnings=accept_warnings)
    except ValidationError as error:
        raise ValidationError(
            [ValidationError(f"{one.site}: {said.message}", code=said.code) for said in error.error_list]
        ) from None


def _corrected(wanted: Sequence[WantedStatus], changes: Sequence[StatusChange]) -> dict[int, StatusEvent]:
    """What is corrected where somebody goes back on what was recorded."""
    corrections = [one.site.pk for one, change in zip(wanted, changes, strict=True) if change.is_correction]
    return events_in_force(corrections) if corrections else {}
