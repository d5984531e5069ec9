"""Loads trials, facilities and sites, with status events and confirmations, and a trial with a registry conflict."""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

import orjson

from accounts.models import User
from demo import content
from demo.notations import HistoryEvent, days_ago, parse_history, parse_relative_date, status_on
from publishing.trial_data import LIST_MODELS
from registries.ctgov.export import export_records
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from registries.services import named_stream
from sites.choices import ConfirmedAs, Listing, SiteStatus, Source
from sites.models import Confirmation, Facility, StatusEvent, TrialSite
from sites.placeholder_names import is_placeholder_name
from sites.status_transitions import REQUIRES_TRIAL_COORDINATOR
from trials.models import Trial
from trials.models.trial import DATE_FIELDS

_NOT_COLUMNS = {*LIST_MODELS, "central_contacts", "officials"}


def load_trials(today: date) -> dict[str, Trial]:
    """File name → trial."""
    values_by_name = content.trials()
    rows = Trial.objects.bulk_create(_trial(values, today) for values in values_by_name.values())
    trials = dict(zip(values_by_name, rows, strict=True))
    for relation, model in LIST_MODELS.items():
        model.objects.bulk_create(
            model(trial=trials[name], position=position, **entry)
            for name, values in values_by_name.items()
            for position, entry in enumerate(values.get(relation, []))
        )
    return trials


def _trial(content_values: dict[str, Any], today: date) -> Trial:
    columns = {key: value for key, value in content_values.items() if key not in _NOT_COLUMNS}
    dates = {key: parse_relative_date(columns[key], today=today) for key in DATE_FIELDS if key in columns}
    return Trial(**columns | dates)


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site's row with its status history and the confirmation and enrollment of its table."""

    row: TrialSite
    trial: str
    facility: str
    history: list[HistoryEvent]
    confirmed_on: date | None
    enrolled: int

    @property
    def begins_on(self) -> date | None:
        return self.history[0].as_of if self.history else None


def load_sites(trials: dict[str, Trial], today: date) -> list[DemoSite]:
    facilities = _load_facilities()
    lines = content.table("sites")
    rows = TrialSite.objects.bulk_create(_rows(lines, trials, facilities))
    return [_site(row, line, today) for row, line in zip(rows, lines, strict=True)]


def _load_facilities() -> dict[str, Facility]:
    lines = content.table("facilities")
    rows = Facility.objects.bulk_create(_facility(dict(line)) for line in lines)
    return {line["key"]: row for line, row in zip(lines, rows, strict=True)}


def _facility(line: dict[str, str]) -> Facility:
    del line["key"]
    point = {axis: float(line.pop(axis)) for axis in ("latitude", "longitude")}
    return Facility(**line, **point, is_masked=is_placeholder_name(line["name"]))


def _rows(lines: list[dict[str, str]], trials: dict[str, Trial], facilities: dict[str, Facility]):
    next_positions: dict[str, int] = defaultdict(int)
    for line in lines:
        yield TrialSite(
            trial=trials[line["trial"]],
            facility=facilities[line["facility"]],
            duplicate_index=int(line["duplicate_index"]),
            position=next_positions[line["trial"]],
            listing=Listing.LISTED if trials[line["trial"]].nct_id else Listing.OURS,
            stage=line["stage"],
            enrollment_target=int(line["target"]),
        )
        next_positions[line["trial"]] += 1


def _site(row: TrialSite, line: dict[str, str], today: date) -> DemoSite:
    return DemoSite(
        row=row,
        trial=line["trial"],
        facility=line["facility"],
        history=parse_history(line["history"], today=today),
        confirmed_on=days_ago(int(line["confirmed"]), today=today) if line["confirmed"] else None,
        enrolled=int(line["enrolled"] or 0),
    )


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


TRIAL, FACILITY = "harbor-2", "motlawa"
#: The site's status in the two versions; the local status is suspended.
FIRST_STATUS, SECOND_STATUS = SiteStatus.RECRUITING, SiteStatus.ACTIVE_NOT_RECRUITING


def load_registry_conflict(trials: dict[str, Trial], sites: list[DemoSite]) -> None:
    """Import a trial's record twice; the second leaves one open conflict. Call it after `publish`."""
    place = next(site.row.position for site in sites if (site.trial, site.facility) == (TRIAL, FACILITY))
    [record] = export_records(Trial.objects.filter(pk=trials[TRIAL].pk))
    for status in (FIRST_STATUS, SECOND_STATUS):
        _import_record(_with_site_status(record, place, status))


def _with_site_status(record: dict, place: int, status: SiteStatus) -> dict:
    """A copy of the record with another status of the location at that index."""
    changed = deepcopy(record)
    changed["protocolSection"]["contactsLocationsModule"]["locations"][place]["status"] = status.value
    return changed


def _import_record(record: dict) -> None:
    file = f"{content.trials()[TRIAL]['nct_id']}.json"
    import_records(iter_records(named_stream(orjson.dumps(record), file)), source=file)
