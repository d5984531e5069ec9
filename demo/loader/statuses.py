"""What was known of each site's recruitment, when, and from whom: status events and confirmations."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from accounts.models import User
from demo import content
from demo.loader.sites import DemoSite
from demo.status_history import status_on
from sites.choices import ConfirmedAs, Source
from sites.models import Confirmation, StatusEvent
from sites.status_transitions import REQUIRES_TRIAL_COORDINATOR

CONFIRMATION_INTERVAL = timedelta(days=31)
EARLIER_CONFIRMATIONS = 5
REGISTRY = "import:ctgov"


def load_statuses(sites: list[DemoSite], users: dict[str, User]) -> None:
    """In the order in which they became known, as they would have been written; corrections after what they correct."""
    speakers = _facility_authors(users)
    events = [event for site in sites for event in _events(site, speakers[site.facility], users["manager"].actor)]
    events.sort(key=lambda event: event.as_of)
    StatusEvent.objects.bulk_create(event for event in events if not event.corrects)
    StatusEvent.objects.bulk_create(event for event in events if event.corrects)
    manager = users["manager"].actor
    confirmations = [mark for site in sites for mark in _confirmations(site, speakers[site.facility], manager)]
    Confirmation.objects.bulk_create(sorted(confirmations, key=lambda mark: mark.confirmed_on))


def _facility_authors(users: dict[str, User]) -> dict[str, str]:
    """Who speaks for a facility: its coordinator, else the manager."""
    speakers = dict.fromkeys((line["key"] for line in content.table("facilities")), users["manager"].actor)
    for login in content.logins():
        speakers |= dict.fromkeys(login.get("facilities", []), users[login["username"]].actor)
    return speakers


def _events(site: DemoSite, speaker: str, manager: str) -> Iterator[StatusEvent]:
    """A site that nobody here ever confirmed is known from the registry only. An early end is for a manager to say."""
    before = None
    is_ours = site.confirmed_on is not None
    for told in site.history:
        person = manager if told.status in REQUIRES_TRIAL_COORDINATOR else speaker
        before = StatusEvent(
            trial_site=site.row,
            status=told.status,
            effective_on=told.since,
            as_of=told.as_of.isoformat(),
            source=Source.PERSON if is_ours else Source.REGISTRY,
            author=person if is_ours else REGISTRY,
            reason=told.reason,
            corrects=before if told.is_correction else None,
            recorded_at=_morning(told.as_of),
        )
        yield before


def _confirmations(site: DemoSite, speaker: str, manager: str) -> Iterator[Confirmation]:
    """Whoever says a change confirms it that day; then the last one and, month by month, some before it."""
    if site.confirmed_on is None:
        return
    routine = (site.confirmed_on - CONFIRMATION_INTERVAL * step for step in range(EARLIER_CONFIRMATIONS + 1))
    days = {event.as_of for event in site.history} | set(takewhile(lambda day: site.begins_on <= day, routine))
    for day in days:
        yield Confirmation(
            trial_site=site.row,
            status=status_on(site.history, day),
            confirmed_on=day,
            confirmed_as=ConfirmedAs.TRIAL_OFFICE if speaker == manager else ConfirmedAs.SITE,
            author=speaker,
            recorded_at=_morning(day),
        )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), tzinfo=UTC)
