"""Loads status events and confirmations of each site."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from accounts.models import User
from demo import content
from demo.loader.trials import DemoSite
from demo.notations import status_on
from sites.choices import ConfirmedAs, Source
from sites.models import Confirmation, StatusEvent
from sites.status_transitions import REQUIRES_TRIAL_COORDINATOR

CONFIRMATION_INTERVAL = timedelta(days=31)
EARLIER_CONFIRMATIONS = 5
REGISTRY = "import:ctgov"


def load_statuses(sites: list[DemoSite], users: dict[str, User]) -> None:
    """Create events in the order of `as_of`, corrections after the corrected events, and confirmations."""
    authors = _facility_authors(users)
    events = [event for site in sites for event in _events(site, authors[site.facility], users["manager"].actor)]
    events.sort(key=lambda event: event.as_of)
    StatusEvent.objects.bulk_create(event for event in events if not event.corrects)
    StatusEvent.objects.bulk_create(event for event in events if event.corrects)
    manager = users["manager"].actor
    confirmations = [one for site in sites for one in _confirmations(site, authors[site.facility], manager)]
    Confirmation.objects.bulk_create(sorted(confirmations, key=lambda confirmation: confirmation.confirmed_on))


def _facility_authors(users: dict[str, User]) -> dict[str, str]:
    """Facility → actor key of its coordinator, or of the manager."""
    authors = dict.fromkeys((line["key"] for line in content.table("facilities")), users["manager"].actor)
    for login in content.logins():
        authors |= dict.fromkeys(login.get("facilities", []), users[login["username"]].actor)
    return authors


def _events(site: DemoSite, author: str, manager: str) -> Iterator[StatusEvent]:
    """Events of a site that was never confirmed come from the registry. Only a manager can record an early end."""
    previous = None
    is_confirmed = site.confirmed_on is not None
    for entry in site.history:
        person = manager if entry.status in REQUIRES_TRIAL_COORDINATOR else author
        previous = StatusEvent(
            trial_site=site.row,
            status=entry.status,
            effective_on=entry.since,
            as_of=entry.as_of.isoformat(),
            source=Source.PERSON if is_confirmed else Source.REGISTRY,
            author=person if is_confirmed else REGISTRY,
            reason=entry.reason,
            corrects=previous if entry.is_correction else None,
            recorded_at=_morning(entry.as_of),
        )
        yield previous


def _confirmations(site: DemoSite, author: str, manager: str) -> Iterator[Confirmation]:
    """A confirmation on the day of each change, the last one, and some monthly ones before it."""
    if site.confirmed_on is None:
        return
    routine = (site.confirmed_on - CONFIRMATION_INTERVAL * step for step in range(EARLIER_CONFIRMATIONS + 1))
    days = {event.as_of for event in site.history} | set(takewhile(lambda day: site.begins_on <= day, routine))
    for day in days:
        yield Confirmation(
            trial_site=site.row,
            status=status_on(site.history, day),
            confirmed_on=day,
            confirmed_as=ConfirmedAs.TRIAL_OFFICE if author == manager else ConfirmedAs.SITE,
            author=author,
            recorded_at=_morning(day),
        )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), tzinfo=UTC)
