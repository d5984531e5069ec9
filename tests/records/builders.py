"""Small pieces that the invented records are built from."""

from typing import Any

Json = dict[str, Any]


def contact(number: int, role: str = "CONTACT", **more: str) -> Json:
    """A person who does not exist, with a number from the range kept for fiction."""
    person = {"name": f"Contact {number}", "role": role, "phone": f"555-01{number % 100:02d}"}
    return person | {"email": f"contact{number}@example.org"} | more


def investigator(number: int) -> Json:
    return {"name": f"Investigator {number}, MD", "role": "PRINCIPAL_INVESTIGATOR"}


def place(facility: str, city: str, country: str, **more: Any) -> Json:
    """A location; without a facility name when that is empty."""
    named = {"facility": facility} if facility else {}
    return named | {"city": city, "country": country} | more


def point(lat: float, lon: float) -> Json:
    return {"lat": lat, "lon": lon}


def dated(date: str, kind: str = "") -> Json:
    return {"date": date} | ({"type": kind} if kind else {})


def study(
    number: int, *, status: str = "RECRUITING", status_dates: Json | None = None, title: str = "", **modules: Json
) -> Json:
    """A record with the least that most have. `modules` (named without `Module`) and `status_dates` add to it."""
    protocol = _usual(number, status, title or f"Invented Study {number}")
    for name, module in {"status": status_dates or {}, **modules}.items():
        protocol[f"{name}Module"] = protocol.get(f"{name}Module", {}) | module
    derived = {"miscInfoModule": {"versionHolder": "2025-11-28"}}
    return {"protocolSection": protocol, "derivedSection": derived, "hasResults": False}


def _usual(number: int, status: str, title: str) -> Json:
    return {
        "identificationModule": {
            "nctId": f"NCT{90000000 + number}",
            "orgStudyIdInfo": {"id": f"INV-{number:03d}"},
            "organization": {"fullName": "Invented Research Group", "class": "NETWORK"},
            "briefTitle": title,
        },
        "statusModule": {
            "statusVerifiedDate": "2025-11",
            "overallStatus": status,
            "startDateStruct": dated("2025-02-03", "ACTUAL"),
            "completionDateStruct": dated("2027-08-31", "ESTIMATED"),
            "studyFirstSubmitDate": "2025-01-07",
            "studyFirstSubmitQcDate": "2025-01-09",
            "studyFirstPostDateStruct": dated("2025-01-13", "ACTUAL"),
            "lastUpdateSubmitDate": "2025-11-20",
            "lastUpdatePostDateStruct": dated("2025-11-24", "ACTUAL"),
        },
        "sponsorCollaboratorsModule": {
            "responsibleParty": {"type": "SPONSOR"},
            "leadSponsor": {"name": "Invented Research Group", "class": "NETWORK"},
        },
        "descriptionModule": {"briefSummary": f"What invented study {number} is about."},
        "conditionsModule": {"conditions": ["Examplitis"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
        "eligibilityModule": {"sex": "ALL", "stdAges": ["ADULT", "OLDER_ADULT"], "minimumAge": "18 Years"},
    }
