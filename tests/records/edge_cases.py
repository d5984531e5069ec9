"""Records that are thin, long, empty in places, or say more than we model."""

from collections.abc import Iterator

from tests.records.builders import Json, place, study


def edge_cases() -> Iterator[Json]:
    """Studies 15 to 18."""
    yield _minimal()
    yield _empty_parts()
    yield _more_than_we_model()
    yield _long()


def _minimal() -> Json:
    """No title, no sponsor, no conditions, no dates."""
    return {"protocolSection": {"identificationModule": {"nctId": "NCT90000015"}}}


def _empty_parts() -> Json:
    """Present and empty: modules, lists, texts, a point with half of its numbers."""
    record = study(16, outcomes={}, references={"references": [], "seeAlsoLinks": []}, ipdSharingStatement={})
    record["protocolSection"]["conditionsModule"] = {"conditions": [], "keywords": []}
    record["protocolSection"]["descriptionModule"]["detailedDescription"] = ""
    record["protocolSection"]["designModule"]["designInfo"] = {"maskingInfo": {}}
    record["protocolSection"]["contactsLocationsModule"] = {
        "centralContacts": [],
        "locations": [place("Half a Point", "Brno", "Czechia", contacts=[], geoPoint={"lat": 49.19522}), {}],
    }
    return record | {"resultsSection": {}, "documentSection": {}, "annotationSection": {"annotationModule": {}}}


def _more_than_we_model() -> Json:
    """Keys of tomorrow's registry, at every height; null, deep, and with the names of ours."""
    arm = {
        "label": "Arm",
        "type": "OTHER",
        "novel": {"briefTitle": "not a title"},
        "interventionNames": ["Drug: Thing"],
    }
    location = place(
        "Hospital of Tomorrow", "Delft", "Netherlands", status="RECRUITING", novel=[1, 2.5, 1e3, None, True]
    )
    record = study(
        17,
        armsInterventions={
            "armGroups": [arm, {"label": "Arm", "novel": 2}],
            "interventions": [{"type": "DRUG", "name": "Thing"}],
        },
        contactsLocations={"locations": [location, location], "novel": "text"},
        novel={"a": {"b": {"c": [[], {}, [[]]]}}},
    )
    record["protocolSection"]["statusModule"] |= {"novelDateStruct": {"date": "someday", "type": "GUESSED"}}
    return {"schema": None} | record | {"novelSection": {"hasResults": "perhaps", "number": -12345678901234}}


def _long() -> Json:
    title = "A Study With a Very Long Title " * 9
    criteria = "Inclusion Criteria:\n\n" + "\n".join(f"* Criterion {number}, at length" for number in range(600))
    return study(
        18,
        title=title.strip(),
        identification={"officialTitle": (title * 2).strip(), "acronym": "FOURTEENLETTER"},
        description={"detailedDescription": "A sentence of a long description. " * 900},
        eligibility={"eligibilityCriteria": criteria},
        conditions={"conditions": [f"Condition {number}" for number in range(40)]},
    )
