"""Whether a new version of a record is a part of one: which pieces it lacks that the version before had. Pure.

A page of the registry fetched with `fields=`, or a file cut by a tool, is sound JSON, and looks as if the sponsor had
emptied the rest. The registry itself never takes these pieces away. Source: all 2,000 real records that we know.
"""

from collections.abc import Iterator
from typing import Any

_PROTOCOL = "protocolSection."
_OVERALL_STATUS = f"{_PROTOCOL}statusModule.overallStatus"
_LOCATIONS = f"{_PROTOCOL}contactsLocationsModule.locations"

#: What every record has: 2,000 of 2,000.
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
#: What not every record has, and none loses as a whole: single arms, outcomes and sites come and go, never all of them.
#: Central contacts, officials, references, shared data and browse terms do go, and are no sign of a part.
PERSISTENT_PATHS = (
    f"{_PROTOCOL}armsInterventionsModule",
    f"{_PROTOCOL}outcomesModule.primaryOutcomes",
    _LOCATIONS,
    "resultsSection",
    "documentSection",
)
STATUSES_OF_SITES = f"{_LOCATIONS}.status"
CONTACTS_OF_SITES = f"{_LOCATIONS}.contacts"
#: What single sites lose, and not all at once while the trial recruits: each of the 550 recruiting records among the
#: 2,000 has a status at some site. Contacts may be replaced by central ones, which a person sees better than a rule.
WHILE_RECRUITING = (STATUSES_OF_SITES, CONTACTS_OF_SITES)


def find_lost_paths(before: Any, after: Any) -> list[str]:
    """Paths of the pieces that `before` has and `after` lacks; both are decoded records."""
    lost = [path for path in (*REQUIRED_PATHS, *PERSISTENT_PATHS) if _is_lost(before, after, path)]
    if _LOCATIONS in lost or not (_is_recruiting(before) and _is_recruiting(after)):
        return lost
    return lost + [path for path in WHILE_RECRUITING if _is_lost(before, after, path)]


def value_at(record: Any, path: str) -> Any:
    """What stands at a path of keys; None where there is nothing. Below a list, what stands there in its entries."""
    for key in path.split("."):
        if isinstance(record, list):
            record = [one[key] for one in record if isinstance(one, dict) and key in one]
        else:
            record = record.get(key) if isinstance(record, dict) else None
    return record


def _is_recruiting(record: Any) -> bool:
    return value_at(record, _OVERALL_STATUS) == "RECRUITING"


def _is_lost(before: Any, after: Any, path: str) -> bool:
    return not _is_blank(value_at(before, path)) and _is_blank(value_at(after, path))


def _is_blank(value: Any) -> bool:
    """Nothing, or only the frame of something: `{"armGroups": []}`."""
    return not any(_has_value_per_leaf(value))


def _has_value_per_leaf(value: Any) -> Iterator[bool]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _has_value_per_leaf(part)
    else:
        yield value not in (None, "")
