"""A complete record, and incomplete ones as the parameter `fields=` of the registry gives them."""

import copy

ALWAYS = {
    "identificationModule": {
        "nctId": "NCT90000301",
        "orgStudyIdInfo": {"id": "T-0301"},
        "organization": {"fullName": "Example Trust", "class": "OTHER"},
        "briefTitle": "A made-up trial",
    },
    "statusModule": {
        "statusVerifiedDate": "2026-03",
        "overallStatus": "RECRUITING",
        "studyFirstSubmitDate": "2026-01-01",
        "studyFirstPostDateStruct": {"date": "2026-01-02", "type": "ACTUAL"},
        "lastUpdateSubmitDate": "2026-03-01",
        "lastUpdatePostDateStruct": {"date": "2026-03-02", "type": "ACTUAL"},
    },
    "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Example Trust", "class": "OTHER"}},
    "descriptionModule": {"briefSummary": "A summary."},
    "conditionsModule": {"conditions": ["Asthma"]},
    "designModule": {"studyType": "INTERVENTIONAL"},
    "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Velutinib"}]},
    "outcomesModule": {"primaryOutcomes": [{"measure": "Sleep", "timeFrame": "1 week"}]},
    "eligibilityModule": {"eligibilityCriteria": "Inclusion Criteria:\n\n* Adults", "sex": "ALL"},
}
CONTACTS = {
    "centralContacts": [{"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 00 00 00 01"}],
    "locations": [
        {"facility": "Hospital 1", "status": "RECRUITING", "city": "Lyon", "country": "France"},
        {"facility": "Hospital 2", "status": "RECRUITING", "city": "Paris", "country": "France"},
    ],
}


def a_whole_record(**modules) -> dict:
    """A complete record; the given modules replace its own."""
    protocol = ALWAYS | {"contactsLocationsModule": CONTACTS} | modules
    derived = {"miscInfoModule": {"versionHolder": "2026-03-02"}}
    return copy.deepcopy({"protocolSection": protocol, "derivedSection": derived, "hasResults": False})


def only(record: dict, *paths: str) -> dict:
    """The part of a record that `fields=` gives: its number, and the values at these paths."""
    part: dict = {"protocolSection": {"identificationModule": {"nctId": "NCT90000301"}}}
    for path in paths:
        target, source = part, record
        *way, last = path.split(".")
        for key in way:
            target, source = target.setdefault(key, {}), source[key]
        target[last] = source[last]
    return part


def without(record: dict, path: str) -> dict:
    remaining = copy.deepcopy(record)
    *way, last = path.split(".")
    inner = remaining
    for key in way:
        inner = inner[key]
    del inner[last]
    return remaining
