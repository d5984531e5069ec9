"""Studies of other designs and in other states: observational, expanded access, unknown, withdrawn, withheld …"""

from collections.abc import Iterator

from tests.records.builders import Json, contact, dated, place, point, study


def designs() -> Iterator[Json]:
    """Studies 2 to 7."""
    yield _observational()
    yield _expanded_access()
    yield _unknown()
    yield _withdrawn()
    yield _withheld()
    yield _by_invitation()


def _observational() -> Json:
    """An old registry of patients: dates that are months and a year, no types."""
    return study(
        2,
        title="Ten Years of Inventosis",
        status="COMPLETED",
        status_dates={"startDateStruct": dated("2004"), "completionDateStruct": dated("2014-06")},
        design={
            "studyType": "OBSERVATIONAL",
            "phases": [],
            "patientRegistry": True,
            "targetDuration": "10 Years",
            "designInfo": {"observationalModel": "CASE_CONTROL", "timePerspective": "RETROSPECTIVE"},
            "bioSpec": {"retention": "NONE_RETAINED", "description": "None."},
            "enrollmentInfo": {"count": 812},
        },
        eligibility={
            "studyPopulation": "People of an invented town.",
            "samplingMethod": "NON_PROBABILITY_SAMPLE",
            "healthyVolunteers": True,
        },
        contactsLocations={
            "locations": [place("Invented Town Clinic", "Turku", "Finland", geoPoint=point(60.45148, 22.26869))]
        },
    )


def _expanded_access() -> Json:
    return study(
        3,
        title="Examplinib Before Approval",
        status="AVAILABLE",
        design={
            "studyType": "EXPANDED_ACCESS",
            "phases": [],
            "nPtrsToThisExpAccNctId": 1,
            "expandedAccessTypes": {"individual": True, "treatment": True},
        },
        armsInterventions={"interventions": [{"type": "DRUG", "name": "Examplinib"}]},
        contactsLocations={
            "locations": [place("Invented Access Centre", "Leeds", "United Kingdom", status="AVAILABLE")]
        },
    )


def _unknown() -> Json:
    """Not verified for years, by a responsible party of the old form."""
    return study(
        4,
        title="A Study Nobody Verified",
        status="UNKNOWN",
        status_dates={
            "statusVerifiedDate": "2019-02",
            "lastKnownStatus": "RECRUITING",
            "completionDateStruct": dated("2020-12-31", "ESTIMATED"),
        },
        identification={"nctIdAliases": ["NCT90000904"]},
        sponsorCollaborators={"responsibleParty": {"oldNameTitle": "Dr. Nobody", "oldOrganization": "Nobody & Sons"}},
        contactsLocations={
            "centralContacts": [contact(4)],
            "locations": [place("Clinic Without News", "Cork", "Ireland", status="RECRUITING", contacts=[contact(5)])],
        },
    )


def _withdrawn() -> Json:
    return study(
        5,
        title="A Study That Never Began",
        status="WITHDRAWN",
        status_dates={"whyStopped": "No money; see \\[1\\]", "startDateStruct": dated("2025-09", "ESTIMATED")},
        design={"enrollmentInfo": {"count": 0, "type": "ACTUAL"}, "phases": ["NA"]},
        description={
            "detailedDescription": "1. One\n2. Two\n\n   * a\n   * b\n\n     1. deeper\n\n* last \\[1\\] \\*not bold\\*"
        },
    )


def _withheld() -> Json:
    """What the registry withholds, it leaves out."""
    record = study(6, status="WITHHELD", status_dates={"delayedPosting": True}, oversight={"isUnapprovedDevice": True})
    del record["protocolSection"]["descriptionModule"]
    return record


def _by_invitation() -> Json:
    """Everybody comes by invitation; a disposition was posted and results are waived."""
    return study(
        7,
        title="For Those Who Were Asked",
        status="ENROLLING_BY_INVITATION",
        status_dates={
            "resultsWaived": True,
            "dispFirstSubmitDate": "2025-04-01",
            "expandedAccessInfo": {"hasExpandedAccess": False},
        },
        ipdSharingStatement={"ipdSharing": "UNDECIDED", "infoTypes": []},
        contactsLocations={
            "locations": [place("House of Invitations", "Oslo", "Norway", status="ENROLLING_BY_INVITATION")]
        },
    )
