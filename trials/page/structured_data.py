"""The trial as linked data for search engines: schema.org's MedicalTrial, with its hospitals as nodes of their own.

Only what the page shows; no people. https://schema.org/MedicalTrial
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from trials.choices import OverallStatus
from trials.models import Trial

#: schema.org's MedicalStudyStatus; it has none for the others.
_STATUSES = {
    OverallStatus.NOT_YET_RECRUITING: "NotYetRecruiting",
    OverallStatus.RECRUITING: "Recruiting",
    OverallStatus.ENROLLING_BY_INVITATION: "EnrollingByInvitation",
    OverallStatus.ACTIVE_NOT_RECRUITING: "ActiveNotRecruiting",
    OverallStatus.SUSPENDED: "Suspended",
    OverallStatus.COMPLETED: "Completed",
    OverallStatus.TERMINATED: "Terminated",
    OverallStatus.WITHDRAWN: "Withdrawn",
}
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def structured_data(trial: Trial, sites: Iterable, status: str, *, absolute: Callable[[str], str]) -> SafeString:
    """JSON-LD for a `<script type="application/ld+json">`, which is data and runs nowhere. `absolute` makes URLs."""
    hospitals = {node["@id"]: node for node in _hospitals(sites, absolute)}
    graph = [_trial_node(trial, status, list(hospitals), absolute), *hospitals.values()]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))


def _trial_node(trial: Trial, status: str, hospitals: list[str], absolute: Callable[[str], str]) -> dict[str, Any]:
    url = absolute(trial.get_absolute_url())
    node = {
        "@type": "MedicalTrial",
        "@id": url,
        "url": url,
        "name": trial.title,
        "alternateName": trial.acronym,
        "identifier": trial.nct_id or trial.org_study_id,
        "description": trial.brief_summary,
        "status": f"https://schema.org/{_STATUSES[status]}" if status in _STATUSES else "",
        "healthCondition": [{"@type": "MedicalCondition", "name": name} for name in trial.conditions],
        "sponsor": _sponsor(trial),
        "studyLocation": [{"@id": hospital} for hospital in hospitals],
        "sameAs": f"https://clinicaltrials.gov/study/{trial.nct_id}" if trial.nct_id else "",
    }
    return {name: value for name, value in node.items() if value}


def _sponsor(trial: Trial) -> dict[str, str] | None:
    """The sponsor if it is an organization."""
    is_named = trial.lead_sponsor and trial.lead_sponsor_class != "INDIV"
    return {"@type": "Organization", "name": trial.lead_sponsor} if is_named else None


def _hospitals(sites: Iterable, absolute: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    """The facilities whose names are published."""
    for facility in (site.facility.surviving for site in sites):
        if facility.is_masked or not facility.name:
            continue
        url = absolute(facility.get_absolute_url())
        address = {
            "@type": "PostalAddress",
            "addressLocality": facility.city,
            "addressRegion": facility.state,
            "postalCode": facility.zip,
            "addressCountry": facility.country,
        }
        node = {"@type": "Hospital", "@id": url, "url": url, "name": facility.name}
        node["address"] = {name: value for name, value in address.items() if value}
        if facility.ror_url:
            node |= {"identifier": facility.ror_url, "sameAs": facility.ror_url}
        if facility.latitude is not None:
            node["geo"] = {
                "@type": "GeoCoordinates", "latitude": facility.latitude, "longitude": facility.longitude,
            }  # fmt: skip
        yield node
