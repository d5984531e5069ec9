"""What the registry says of one trial: its record was taken in, and the next one clashes with what people entered."""

from copy import deepcopy

import orjson

from demo import content
from demo.loader.sites import DemoSite
from registries.ctgov.export import export_records
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from registries.imports import named_stream
from sites.choices import SiteStatus
from trials.models import Trial

TRIAL, FACILITY = "harbor-2", "motlawa"
#: What the registry said of the site before and says now; people here know that it is suspended.
FIRST_STATUS, SECOND_STATUS = SiteStatus.RECRUITING, SiteStatus.ACTIVE_NOT_RECRUITING


def load_registry_conflict(trials: dict[str, Trial], sites: list[DemoSite]) -> None:
    """Two imports of a trial's record; the second leaves one difference to decide. After `publish`."""
    place = next(site.row.position for site in sites if (site.trial, site.facility) == (TRIAL, FACILITY))
    [record] = export_records(Trial.objects.filter(pk=trials[TRIAL].pk))
    for status in (FIRST_STATUS, SECOND_STATUS):
        _import_record(_with_site_status(record, place, status))


def _with_site_status(record: dict, place: int, status: SiteStatus) -> dict:
    """The record, but for the status of the site at that place."""
    said = deepcopy(record)
    said["protocolSection"]["contactsLocationsModule"]["locations"][place]["status"] = status.value
    return said


def _import_record(record: dict) -> None:
    file = f"{content.trials()[TRIAL]['nct_id']}.json"
    import_records(iter_records(named_stream(orjson.dumps(record), file)), source=file)
