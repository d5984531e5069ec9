"""One record in which every module of the protocol section is filled, with results and documents beside it."""

from tests.records.builders import Json, contact, dated, investigator, place, point, study

PROTOCOL: Json = {
    "identification": {
        "nctIdAliases": ["NCT90000901", "NCT90000902"],
        "orgStudyIdInfo": {"id": "INV-001", "type": "NIH", "link": "https://example.org/grants/1"},
        "secondaryIdInfos": [
            {"id": "2099-000001-01", "type": "EUDRACT_NUMBER"},
            {"id": "X-77", "type": "OTHER_GRANT", "domain": "Invented Fund", "link": "https://example.org/grants/77"},
            {"id": "untyped"},
        ],
        "officialTitle": "Examplinib \\[IV\\] Against Placebo in Examplitis of Grade \\>2, Masked",
        "acronym": "EXAMPLE-1",
    },
    "sponsorCollaborators": {
        "responsibleParty": {
            "type": "SPONSOR_INVESTIGATOR",
            "investigatorFullName": "Investigator 1",
            "investigatorTitle": "Head of Invention",
            "investigatorAffiliation": "Invented Research Group",
            "oldNameTitle": "Investigator 1, Head",
            "oldOrganization": "Invented Research Group (old)",
        },
        "collaborators": [
            {"name": "Invented Pharma", "class": "INDUSTRY"},
            {"name": "Invented Ministry", "class": "OTHER_GOV"},
        ],
    },
    "oversight": {
        "oversightHasDmc": True,
        "isFdaRegulatedDrug": True,
        "isFdaRegulatedDevice": False,
        "isUnapprovedDevice": False,
        "isPpsd": False,
        "isUsExport": True,
        "fdaaa801Violation": False,
    },
    "description": {
        "detailedDescription": "Aims:\n\n1. First aim\n\n   * with a part\n   * and another, \\<5 %\n"
        "2. Second aim\n\n* a point\n* another"
    },
    "conditions": {"conditions": ["Examplitis", "Chronic Inventosis"], "keywords": ["invented", "example"]},
    "design": {
        "nPtrsToThisExpAccNctId": 2,
        "expandedAccessTypes": {"individual": True, "intermediate": False, "treatment": True},
        "patientRegistry": False,
        "targetDuration": "2 Years",
        "phases": ["PHASE2", "PHASE3"],
        "designInfo": {
            "allocation": "RANDOMIZED",
            "interventionModel": "PARALLEL",
            "interventionModelDescription": "Two arms, 1:1.",
            "primaryPurpose": "TREATMENT",
            "observationalModel": "COHORT",
            "timePerspective": "PROSPECTIVE",
            "maskingInfo": {
                "masking": "DOUBLE",
                "maskingDescription": "Vials look alike.",
                "whoMasked": ["PARTICIPANT", "INVESTIGATOR"],
            },
        },
        "bioSpec": {"retention": "SAMPLES_WITH_DNA", "description": "Blood."},
        "enrollmentInfo": {"count": 240, "type": "ESTIMATED"},
    },
    "armsInterventions": {
        "armGroups": [
            {
                "label": "Examplinib",
                "type": "EXPERIMENTAL",
                "description": "10 mg \\[IV\\] each week",
                "interventionNames": ["Drug: Examplinib"],
            },
            {"label": "Placebo", "type": "PLACEBO_COMPARATOR", "interventionNames": ["Drug: Placebo", "Other: Diary"]},
        ],
        "interventions": [
            {
                "type": "DRUG",
                "name": "Examplinib",
                "description": "10 mg in 100 ml",
                "armGroupLabels": ["Examplinib"],
                "otherNames": ["EX-1", "Exemplar"],
            },
            {"type": "DRUG", "name": "Placebo", "armGroupLabels": ["Placebo"]},
            {"type": "OTHER", "name": "Diary", "armGroupLabels": ["Placebo"]},
        ],
    },
    "outcomes": {
        "primaryOutcomes": [
            {"measure": "Example score", "description": "0 to 10, lower is better", "timeFrame": "12 weeks"}
        ],
        "secondaryOutcomes": [
            {"measure": "Pain", "description": "Scale of 0 to 100", "timeFrame": "12 weeks"},
            {"measure": "Pain", "timeFrame": "24 weeks"},
        ],
        "otherOutcomes": [{"measure": "Diary kept", "description": "Days", "timeFrame": "1 year"}],
    },
    "eligibility": {
        "eligibilityCriteria": "Inclusion Criteria:\n\n* Examplitis for \\>3 months\n\n  1. proven\n  2. or likely\n"
        "* Signed consent\n\n"
        "Exclusion Criteria:\n\n* Score \\<2\n* Inventosis",
        "healthyVolunteers": False,
        "sex": "FEMALE",
        "genderBased": True,
        "genderDescription": "People who can bear children.",
        "maximumAge": "75 Years",
        "stdAges": ["CHILD", "ADULT", "OLDER_ADULT"],
        "studyPopulation": "Visitors of invented clinics.",
        "samplingMethod": "PROBABILITY_SAMPLE",
    },
    "contactsLocations": {
        "centralContacts": [contact(1, phoneExt="4411"), contact(2)],
        "overallOfficials": [
            {"name": "Investigator 1, MD", "affiliation": "Invented Research Group", "role": "STUDY_CHAIR"},
            {"name": "Investigator 2", "affiliation": "Invented Pharma", "role": "STUDY_DIRECTOR"},
        ],
        "locations": [
            place(
                "Invented University Hospital",
                "Lyon",
                "France",
                status="RECRUITING",
                state="Rhône",
                zip="69000",
                contacts=[contact(3, phoneExt="12"), investigator(3)],
                geoPoint=point(45.74846, 4.84671),
            ),
            place(
                "Clinic of Examples", "Graz", "Austria", status="NOT_YET_RECRUITING", geoPoint=point(47.06667, 15.45)
            ),
        ],
    },
    "references": {
        "references": [
            {
                "pmid": "90000001",
                "type": "RESULT",
                "citation": "Nobody A, Nobody B. An invented result. J Inv. 2098;1:1-2.",
                "retractions": [{"pmid": "90000009", "source": "J Inv. 2099;2:3."}],
            },
            {"type": "BACKGROUND", "citation": "Nobody C. A book without a number."},
        ],
        "seeAlsoLinks": [{"label": "The study's page", "url": "https://example.org/study/1"}],
        "availIpds": [
            {
                "id": "D-1",
                "type": "Individual Participant Data Set",
                "url": "https://example.org/d/1",
                "comment": "On request",
            }
        ],
    },
    "ipdSharingStatement": {
        "ipdSharing": "YES",
        "description": "All data, without names.",
        "infoTypes": ["STUDY_PROTOCOL", "SAP", "ICF", "CSR", "ANALYTIC_CODE"],
        "timeFrame": "From 2028",
        "accessCriteria": "A signed letter",
        "url": "https://example.org/sharing",
    },
}

STATUS: Json = {
    "lastKnownStatus": "RECRUITING",
    "delayedPosting": True,
    "whyStopped": "Supply of Examplinib ran out",
    "expandedAccessInfo": {"hasExpandedAccess": True, "nctId": "NCT90000003", "statusForNctId": "AVAILABLE"},
    "primaryCompletionDateStruct": dated("2026-12", "ESTIMATED"),
    "resultsWaived": False,
    "resultsFirstSubmitDate": "2025-06-02",
    "resultsFirstSubmitQcDate": "2025-06-20",
    "resultsFirstPostDateStruct": dated("2025-06-25", "ACTUAL"),
    "dispFirstSubmitDate": "2025-03-03",
    "dispFirstSubmitQcDate": "2025-03-04",
    "dispFirstPostDateStruct": dated("2025-03-10", "ESTIMATED"),
}

RESULTS: Json = {
    "participantFlowModule": {
        "groups": [{"id": "FG000", "title": "Examplinib"}, {"id": "FG001", "title": "Placebo"}],
        "periods": [
            {
                "title": "Overall Study",
                "milestones": [{"type": "STARTED", "achievements": [{"groupId": "FG000", "numSubjects": "3"}]}],
            }
        ],
    },
    "adverseEventsModule": {"frequencyThreshold": "5", "eventGroups": [{"id": "EG000", "seriousNumAffected": 0}]},
}

DOCUMENTS: Json = {
    "largeDocumentModule": {
        "noSap": False,
        "largeDocs": [
            {
                "typeAbbrev": "Prot_SAP",
                "hasProtocol": True,
                "hasSap": True,
                "hasIcf": False,
                "label": "Study Protocol and Statistical Analysis Plan",
                "date": "2025-01-02",
                "uploadDate": "2025-06-02T10:31",
                "filename": "Prot_SAP_000.pdf",
                "size": 123456,
            }
        ],
    }
}

DERIVED: Json = {
    "miscInfoModule": {
        "versionHolder": "2025-11-28",
        "removedCountries": ["Norway"],
        "submissionTracking": {"submissionInfos": [{"releaseDate": "2025-06-02", "mcpReleaseN": 1}]},
        "modelPredictions": {"bmiLimits": {"minBmi": 18.5, "maxBmi": 30}},
    },
    "conditionBrowseModule": {
        "meshes": [{"id": "D900001", "term": "Examplitis"}],
        "ancestors": [
            {"id": "D900002", "term": "Inflammation, Invented"},
            {"id": "D900003", "term": "Invented Diseases"},
        ],
        "browseLeaves": [{"id": "M1", "name": "Examplitis", "asFound": "Examplitis", "relevance": "HIGH"}],
        "browseBranches": [{"abbrev": "BC90", "name": "Invented Diseases"}],
    },
    "interventionBrowseModule": {
        "meshes": [{"id": "D900004", "term": "Examplinib"}],
        "ancestors": [{"id": "D900005", "term": "Invented Inhibitors"}],
    },
}


def complete() -> Json:
    """Study 1: everything at once, even what no single study has together."""
    record = study(1, title="Examplinib Against Placebo in Examplitis", status_dates=STATUS, **PROTOCOL)
    return {
        "protocolSection": record["protocolSection"],
        "resultsSection": RESULTS,
        "documentSection": DOCUMENTS,
        "derivedSection": DERIVED,
        "hasResults": True,
    }
