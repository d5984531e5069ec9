"""Finds incomplete records: the fields that the version before has and a new version lacks. Pure.

A page of the registry fetched with `fields=`, or a file truncated by a tool, is valid JSON and looks as if the sponsor
had emptied the rest. The registry itself never removes these fields. Source: 2,000 real records.
"""

from collections.abc import Iterator
from typing import Any

_PROTOCOL = "protocolSection."
_OVERALL_STATUS = f"{_PROTOCOL}statusModule.overallStatus"
_LOCATIONS = f"{_PROTOCOL}contactsLocationsModule.locations"

#: Paths that every record has: 2,000 of 2,000.
REQUIRED_PATHS = (
    f"{_PROTOCOL}identificationModule.briefTitle",
    f"{_PROTOCOL}identificationModule.orgStudyIdInfo.id",
    f"{_PROTOCOL}identificationModule.organization.fullName",
    _OVERALL_STATUS,
    f"{_PROTOCOL}statusModule.statusVerifiedDate",
    f"{_PROTOCOL}statusModule.studyFirstSubmitDate",
    f"{_PROTOCOL}statusModule.studyFirstPostDateStruct.date",
    f"{_PROTOCOL}statusModule.lastUpdateSubmitDate",
    f"{_PROTOCOL}statusModule.lastUpdatePostDateStruct.date",
    f"{_PROTOCOL}sponsorCollaboratorsModule.leadSponsor.name",
    f"{_PROTOCOL}descriptionModule.briefSummary",
    f"{_PROTOCOL}conditionsModule.conditions",
    f"{_PROTOCOL}designModule.studyType",
    f"{_PROTOCOL}eligibilityModule.eligibilityCriteria",
    f"{_PROTOCOL}eligibilityModule.sex",
    "derivedSection.miscInfoModule.versionHolder",
)
#: Optional paths that no record loses as a whole: single arms, outcomes and sites are removed, but never all of them.
#: Central contacts, officials, references, shared data and browse terms can be removed, and are not listed.
PERSISTENT_PATHS = (
    f"{_PROTOCOL}armsInterventionsModule",
    f"{_PROTOCOL}outcomesModule.primaryOutcomes",
    _LOCATIONS,
    "resultsSection",
    "documentSection",
)
STATUSES_OF_SITES = f"{_LOCATIONS}.status"
CONTACTS_OF_SITES = f"{_LOCATIONS}.contacts"
#: Paths that single sites lose, but not all sites while the trial recruits: each of the 550 recruiting records among
#: the 2,000 has a status at some site. A site that closes loses its contacts, so that they may all be gone when no site
#: recruits any more. Site contacts may be replaced by central ones; a person decides that.
WHILE_RECRUITING = (STATUSES_OF_SITES, CONTACTS_OF_SITES)


def find_lost_paths(before: Any, after: Any) -> list[str]:
    """Paths that have a value in `before` and none in `after`; both are decoded records."""
    lost = [path for path in (*REQUIRED_PATHS, *PERSISTENT_PATHS) if _is_lost(before, after, path)]
    if _LOCATIONS in lost or not (_is_recruiting(before) and _is_recruiting(after)):
        return lost
    paths = (STATUSES_OF_SITES,) if _no_site_recruits(after) else WHILE_RECRUITING
    return lost + [path for path in paths if _is_lost(before, after, path)]


def value_at(record: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none. Below a list: the values of all its entries."""
    for key in path.split("."):
        if isinstance(record, list):
            record = [entry[key] for entry in record if isinstance(entry, dict) and key in entry]
        else:
            record = record.get(key) if isinstance(record, dict) else None
    return record


def _is_recruiting(record: Any) -> bool:
    return value_at(record, _OVERALL_STATUS) == "RECRUITING"


def _no_site_recruits(record: Any) -> bool:
    """Whether the sites have statuses, and none is that of a recruiting site."""
    statuses = value_at(record, STATUSES_OF_SITES) or []
    return bool(statuses) and "RECRUITING" not in statuses


def _is_lost(before: Any, after: Any, path: str) -> bool:
    return not _is_blank(value_at(before, path)) and _is_blank(value_at(after, path))


def _is_blank(value: Any) -> bool:
    """No value, or only empty containers: `{"armGroups": []}`."""
    return not any(_has_value_per_leaf(value))


def _has_value_per_leaf(value: Any) -> Iterator[bool]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _has_value_per_leaf(part)
    else:
        yield value not in (None, "")
