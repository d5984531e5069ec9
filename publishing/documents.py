"""Builds the public document of a trial, the JSON that partners receive. Pure.

Only fields named in this file are public. Every key is always present, with "", null or an empty list where nothing is
published. Dates have their known precision.
"""

from operator import itemgetter
from typing import Any

import orjson

from contacts.choices import ContactPublication, RoleKind
from contacts.visibility import is_active_on, shows_central_contacts, shows_site_contacts
from publishing.derived_values import DerivedValues
from publishing.trial_data import Row, TrialData
from sites.choices import StatusPublication
from sites.models.facility import facility_slug
from sites.public_status import status_publication
from sites.status_summary import site_counts_text
from trials.contact_ranks import contact_ranks

#: Published columns of Trial. `overall_status` and `last_known_status` are replaced by the displayed ones.
TRIAL = (
    # identification
    "nct_id",
    "nct_id_aliases",
    "org_study_id",
    "org_study_id_type",
    "org_study_id_link",
    "brief_title",
    "official_title",
    "acronym",
    "organization",
    "organization_class",
    # status
    "verified_on",
    "overall_status",
    "last_known_status",
    "delayed_posting",
    "why_stopped",
    "has_expanded_access",
    "expanded_access_nct_id",
    "expanded_access_status",
    "start_on",
    "start_type",
    "primary_completion_on",
    "primary_completion_type",
    "completion_on",
    "completion_type",
    "first_submitted_on",
    "first_submitted_qc_on",
    "first_posted_on",
    "first_posted_type",
    "results_waived",
    "results_first_submitted_on",
    "results_first_submitted_qc_on",
    "results_first_posted_on",
    "results_first_posted_type",
    "disposition_first_submitted_on",
    "disposition_first_submitted_qc_on",
    "disposition_first_posted_on",
    "disposition_first_posted_type",
    "last_update_submitted_on",
    "last_update_posted_on",
    "last_update_posted_type",
    # sponsor and oversight
    "lead_sponsor",
    "lead_sponsor_class",
    "responsible_party_type",
    "responsible_party_name",
    "responsible_party_title",
    "responsible_party_affiliation",
    "responsible_party_old_name_title",
    "responsible_party_old_organization",
    "has_dmc",
    "is_fda_regulated_drug",
    "is_fda_regulated_device",
    "is_unapproved_device",
    "is_ppsd",
    "is_us_export",
    "fdaaa801_violation",
    # description
    "brief_summary",
    "detailed_description",
    "conditions",
    "keywords",
    # design
    "study_type",
    "expanded_access_record_count",
    "expanded_access_individual",
    "expanded_access_intermediate",
    "expanded_access_treatment",
    "is_patient_registry",
    "target_duration",
    "phases",
    "allocation",
    "intervention_model",
    "intervention_model_description",
    "primary_purpose",
    "observational_model",
    "time_perspective",
    "masking",
    "masking_description",
    "who_masked",
    "biospecimen_retention",
    "biospecimen_description",
    "enrollment_count",
    "enrollment_type",
    # eligibility
    "eligibility_criteria",
    "healthy_volunteers",
    "sex",
    "is_gender_based",
    "gender_description",
    "minimum_age",
    "maximum_age",
    "age_groups",
    "study_population",
    "sampling_method",
    # sharing, and what the registry derives
    "ipd_sharing",
    "ipd_description",
    "ipd_info_types",
    "ipd_time_frame",
    "ipd_access_criteria",
    "ipd_url",
    "version_on",
    "removed_countries",
    "condition_mesh",
    "condition_ancestors",
    "intervention_mesh",
    "intervention_ancestors",
    "has_results",
)
LIST_FIELDS = {
    "secondary_ids": ("value", "type", "domain", "link"),
    "collaborators": ("name", "agency_class"),
    "arm_groups": ("label", "type", "description", "intervention_names"),
    "interventions": ("type", "name", "description", "arm_group_labels", "other_names"),
    "outcomes": ("kind", "measure", "description", "time_frame"),
    "references": ("pmid", "type", "citation", "retractions"),
    "see_also_links": ("label", "url"),
    "available_ipds": ("identifier", "type", "url", "comment"),
}
SITE = ("id", "listing")
#: Status columns of a site; blank while the status is held back.
SITE_STATUS = ("status", "status_since", "status_as_of", "last_confirmed_on")
_BLANK_STATUS = ("", None, None, None)
FACILITY = ("id", "name", "city", "state", "zip", "country", "latitude", "longitude")
#: Published columns of a contact person, beside the role.
CONTACT = ("name", "phone", "phone_ext", "email")

_trial_values = itemgetter(*TRIAL)
_list_values = {name: itemgetter(*columns) for name, columns in LIST_FIELDS.items()}
_site_values = itemgetter(*SITE)
_site_status_values = itemgetter(*SITE_STATUS)
_facility_values = itemgetter(*FACILITY)


def build_document(trial_data: TrialData, derived: DerivedValues) -> bytes:
    """The document as JSON: UTF-8, dates in ISO form."""
    return orjson.dumps(public_trial(trial_data, derived))


def public_trial(trial_data: TrialData, derived: DerivedValues) -> dict[str, Any]:
    """The document as Python values."""
    trial = trial_data.trial
    document = {"key": derived.key, **dict(zip(TRIAL, _trial_values(trial), strict=True))}
    document["overall_status"] = derived.status
    document["last_known_status"] = derived.last_known_status
    for name, columns in LIST_FIELDS.items():
        values = _list_values[name]
        document[name] = [dict(zip(columns, values(row), strict=True)) for row in trial_data.lists[name]]
    document["central_contacts"] = _central_contacts(trial_data, derived)
    document["officials"] = [_official(role) for role in _active_roles(trial_data.roles, RoleKind.OFFICIAL, derived)]
    counts = derived.counts
    document["verification_due_on"] = derived.verification_due_on
    document["becomes_unknown_on"] = derived.becomes_unknown_on
    document["sites_total"] = counts.total
    document["sites_recruiting"] = counts.recruiting
    document["sites_open"] = counts.open
    document["sites_ahead_of_trial"] = counts.ahead
    document["sites_held_back"] = counts.held_back
    document["sites_in_words"] = site_counts_text(counts, derived.status)
    document["last_confirmed_on"] = derived.last_confirmed_on
    document["open_sites_oldest_confirmed_on"] = counts.oldest_confirmed_on
    document["open_sites_never_confirmed"] = counts.open_never_confirmed
    document["sites"] = [public_site(site, trial, _site_contacts(site, trial, derived)) for site in trial_data.sites]
    document["contact_publication"] = _contact_publication(trial, document)
    return document


def public_site(site: Row, trial: Row, contacts: list[Row]) -> dict[str, Any]:
    """A site with its facility and the contacts that may be shown; `trial` has the statuses as entered."""
    public = dict(zip(SITE, _site_values(site), strict=True))
    publication = status_publication(trial["overall_status"], trial["last_known_status"], site["status"])
    is_shown = publication is not StatusPublication.HELD_BACK
    public |= zip(SITE_STATUS, _site_status_values(site) if is_shown else _BLANK_STATUS, strict=True)
    public["confirmed_as"] = site.get("confirmed_as", "") if is_shown else ""
    public["status_publication"] = publication.value
    public["facility"] = public_facility(site.get("surviving_facility") or site["facility"])
    public["contacts"] = contacts
    return public


def public_facility(facility: Row) -> dict[str, Any]:
    """A facility under its public key."""
    public = dict(zip(FACILITY, _facility_values(facility), strict=True))
    public["slug"] = facility_slug(facility["id"], facility["name"], facility["city"])
    return public


def _central_contacts(trial_data: TrialData, derived: DerivedValues) -> list[Row]:
    trial = trial_data.trial
    if not shows_central_contacts(trial["overall_status"], trial["last_known_status"]):
        return []
    return _contacts(_active_roles(trial_data.roles, RoleKind.CENTRAL_CONTACT, derived))


def _site_contacts(site: Row, trial: Row, derived: DerivedValues) -> list[Row]:
    if not site["roles"] or not shows_site_contacts(
        site["status"], trial["overall_status"], trial["last_known_status"]
    ):
        return []
    return _contacts(_active_roles(site["roles"], RoleKind.SITE_CONTACT, derived))


def _active_roles(roles: list[Row], kind: RoleKind, derived: DerivedValues) -> list[Row]:
    """The roles of a kind active on the day, without erased people."""
    return [
        role
        for role in roles
        if role["kind"] == kind
        and is_active_on(role["starts_on"], role["ends_before"], on=derived.on)
        and role["person"]["erased_at"] is None
    ]


def _contacts(roles: list[Row]) -> list[Row]:
    return ranked_contacts(
        [{"role": role["role"], **{name: role["person"][name] for name in CONTACT}} for role in roles]
    )


def ranked_contacts(contacts: list[Row]) -> list[Row]:
    """Contacts of one list in the order of the record, with their ranks."""
    ranks = contact_ranks(contact["role"] for contact in contacts)
    return [contact | {"rank": rank} for contact, rank in zip(contacts, ranks, strict=True)]


def _contact_publication(trial: Row, document: dict[str, Any]) -> str:
    """Why the document has contacts, or has none."""
    if not shows_central_contacts(trial["overall_status"], trial["last_known_status"]):
        return ContactPublication.NOT_JOINABLE.value
    contacts = [*document["central_contacts"], *(contact for site in document["sites"] for contact in site["contacts"])]
    has_contact_details = any(contact["phone"] or contact["email"] for contact in contacts)
    return (ContactPublication.PUBLISHED if has_contact_details else ContactPublication.NONE_NAMED).value


def _official(role: Row) -> Row:
    return {"role": role["role"], "name": role["person"]["name"], "affiliation": role["affiliation"]}
