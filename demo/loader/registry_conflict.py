"""Imports two versions of one trial's record, the second of which conflicts with a status entered by a person."""

from copy import deepcopy

import orjson

from demo import content
from demo.loader.trials import DemoSite
from registries.ctgov.export import export_records
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from registries.services import named_stream
from sites.choices import SiteStatus
from trials.models import Trial

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
