"""Maps paths of a ClinicalTrials.gov record to columns; used by the importer, the exporter and the documentation.

A path is the dotted attribute path in `schema.Study`, where every part exists (absent parts are empty), so that each
path can be read and set without a check. The order of a list is stored in `position`.
"""

import re

from registries.ctgov import schema

_IDENTIFICATION = "protocol_section.identification_module."
_STATUS = "protocol_section.status_module."
_SPONSOR = "protocol_section.sponsor_collaborators_module."
_OVERSIGHT = "protocol_section.oversight_module."
_DESCRIPTION = "protocol_section.description_module."
_CONDITIONS = "protocol_section.conditions_module."
_DESIGN = "protocol_section.design_module."
_ELIGIBILITY = "protocol_section.eligibility_module."
_IPD = "protocol_section.ipd_sharing_statement_module."
_MISC = "derived_section.misc_info_module."

#: Column of Trial → path in the study.
TRIAL = {
    "nct_id": _IDENTIFICATION + "nct_id",
    "nct_id_aliases": _IDENTIFICATION + "nct_id_aliases",
    "org_study_id": _IDENTIFICATION + "org_study_id_info.id",
    "org_study_id_type": _IDENTIFICATION + "org_study_id_info.type",
    "org_study_id_link": _IDENTIFICATION + "org_study_id_info.link",
    "brief_title": _IDENTIFICATION + "brief_title",
    "official_title": _IDENTIFICATION + "official_title",
    "acronym": _IDENTIFICATION + "acronym",
    "organization": _IDENTIFICATION + "organization.full_name",
    "organization_class": _IDENTIFICATION + "organization.agency_class",
    "verified_on": _STATUS + "status_verified_date",
    "overall_status": _STATUS + "overall_status",
    "last_known_status": _STATUS + "last_known_status",
    "delayed_posting": _STATUS + "delayed_posting",
    "why_stopped": _STATUS + "why_stopped",
    "has_expanded_access": _STATUS + "expanded_access_info.has_expanded_access",
    "expanded_access_nct_id": _STATUS + "expanded_access_info.nct_id",
    "expanded_access_status": _STATUS + "expanded_access_info.status_for_nct_id",
    "start_on": _STATUS + "start_date_struct.date",
    "start_type": _STATUS + "start_date_struct.type",
    "primary_completion_on": _STATUS + "primary_completion_date_struct.date",
    "primary_completion_type": _STATUS + "primary_completion_date_struct.type",
    "completion_on": _STATUS + "completion_date_struct.date",
    "completion_type": _STATUS + "completion_date_struct.type",
    "first_submitted_on": _STATUS + "study_first_submit_date",
    "first_submitted_qc_on": _STATUS + "study_first_submit_qc_date",
    "first_posted_on": _STATUS + "study_first_post_date_struct.date",
    "first_posted_type": _STATUS + "study_first_post_date_struct.type",
    "results_waived": _STATUS + "results_waived",
    "results_first_submitted_on": _STATUS + "results_first_submit_date",
    "results_first_submitted_qc_on": _STATUS + "results_first_submit_qc_date",
    "results_first_posted_on": _STATUS + "results_first_post_date_struct.date",
    "results_first_posted_type": _STATUS + "results_first_post_date_struct.type",
    "disposition_first_submitted_on": _STATUS + "disp_first_submit_date",
    "disposition_first_submitted_qc_on": _STATUS + "disp_first_submit_qc_date",
    "disposition_first_posted_on": _STATUS + "disp_first_post_date_struct.date",
    "disposition_first_posted_type": _STATUS + "disp_first_post_date_struct.type",
    "last_update_submitted_on": _STATUS + "last_update_submit_date",
    "last_update_posted_on": _STATUS + "last_update_post_date_struct.date",
    "last_update_posted_type": _STATUS + "last_update_post_date_struct.type",
    "lead_sponsor": _SPONSOR + "lead_sponsor.name",
    "lead_sponsor_class": _SPONSOR + "lead_sponsor.agency_class",
    "responsible_party_type": _SPONSOR + "responsible_party.type",
    "responsible_party_name": _SPONSOR + "responsible_party.investigator_full_name",
    "responsible_party_title": _SPONSOR + "responsible_party.investigator_title",
    "responsible_party_affiliation": _SPONSOR + "responsible_party.investigator_affiliation",
    "responsible_party_old_name_title": _SPONSOR + "responsible_party.old_name_title",
    "responsible_party_old_organization": _SPONSOR + "responsible_party.old_organization",
    "has_dmc": _OVERSIGHT + "oversight_has_dmc",
    "is_fda_regulated_drug": _OVERSIGHT + "is_fda_regulated_drug",
    "is_fda_regulated_device": _OVERSIGHT + "is_fda_regulated_device",
    "is_unapproved_device": _OVERSIGHT + "is_unapproved_device",
    "is_ppsd": _OVERSIGHT + "is_ppsd",
    "is_us_export": _OVERSIGHT + "is_us_export",
    "fdaaa801_violation": _OVERSIGHT + "fdaaa801_violation",
    "brief_summary": _DESCRIPTION + "brief_summary",
    "detailed_description": _DESCRIPTION + "detailed_description",
    "conditions": _CONDITIONS + "conditions",
    "keywords": _CONDITIONS + "keywords",
    "study_type": _DESIGN + "study_type",
    "expanded_access_record_count": _DESIGN + "n_ptrs_to_this_exp_acc_nct_id",
    "expanded_access_individual": _DESIGN + "expanded_access_types.individual",
    "expanded_access_intermediate": _DESIGN + "expanded_access_types.intermediate",
    "expanded_access_treatment": _DESIGN + "expanded_access_types.treatment",
    "is_patient_registry": _DESIGN + "patient_registry",
    "target_duration": _DESIGN + "target_duration",
    "phases": _DESIGN + "phases",
    "allocation": _DESIGN + "design_info.allocation",
    "intervention_model": _DESIGN + "design_info.intervention_model",
    "intervention_model_description": _DESIGN + "design_info.intervention_model_description",
    "primary_purpose": _DESIGN + "design_info.primary_purpose",
    "observational_model": _DESIGN + "design_info.observational_model",
    "time_perspective": _DESIGN + "design_info.time_perspective",
    "masking": _DESIGN + "design_info.masking_info.masking",
    "masking_description": _DESIGN + "design_info.masking_info.masking_description",
    "who_masked": _DESIGN + "design_info.masking_info.who_masked",
    "biospecimen_retention": _DESIGN + "bio_spec.retention",
    "biospecimen_description": _DESIGN + "bio_spec.description",
    "enrollment_count": _DESIGN + "enrollment_info.count",
    "enrollment_type": _DESIGN + "enrollment_info.type",
    "eligibility_criteria": _ELIGIBILITY + "eligibility_criteria",
    "healthy_volunteers": _ELIGIBILITY + "healthy_volunteers",
    "sex": _ELIGIBILITY + "sex",
    "is_gender_based": _ELIGIBILITY + "gender_based",
    "gender_description": _ELIGIBILITY + "gender_description",
    "minimum_age": _ELIGIBILITY + "minimum_age",
    "maximum_age": _ELIGIBILITY + "maximum_age",
    "age_groups": _ELIGIBILITY + "std_ages",
    "study_population": _ELIGIBILITY + "study_population",
    "sampling_method": _ELIGIBILITY + "sampling_method",
    "ipd_sharing": _IPD + "ipd_sharing",
    "ipd_description": _IPD + "description",
    "ipd_info_types": _IPD + "info_types",
    "ipd_time_frame": _IPD + "time_frame",
    "ipd_access_criteria": _IPD + "access_criteria",
    "ipd_url": _IPD + "url",
    "version_on": _MISC + "version_holder",
    "removed_countries": _MISC + "removed_countries",
    "condition_mesh": "derived_section.condition_browse_module.meshes",
    "condition_ancestors": "derived_section.condition_browse_module.ancestors",
    "intervention_mesh": "derived_section.intervention_browse_module.meshes",
    "intervention_ancestors": "derived_section.intervention_browse_module.ancestors",
    "has_results": "has_results",
}

#: Relation of Trial → (path of its list in the study, type of its entries, column → attribute); outcomes: see below.
PARTS = {
    "secondary_ids": (
        _IDENTIFICATION + "secondary_id_infos",
        schema.SecondaryIdInfo,
        {"value": "id", "type": "type", "domain": "domain", "link": "link"},
    ),
    "collaborators": (_SPONSOR + "collaborators", schema.Sponsor, {"name": "name", "agency_class": "agency_class"}),
    "arm_groups": (
        "protocol_section.arms_interventions_module.arm_groups",
        schema.ArmGroup,
        {
            "label": "label",
            "type": "type",
            "description": "description",
            "intervention_names": "intervention_names",
        },
    ),
    "interventions": (
        "protocol_section.arms_interventions_module.interventions",
        schema.Intervention,
        {
            "type": "type",
            "name": "name",
            "description": "description",
            "arm_group_labels": "arm_group_labels",
            "other_names": "other_names",
        },
    ),
    "references": (
        "protocol_section.references_module.references",
        schema.Reference,
        {"pmid": "pmid", "type": "type", "citation": "citation", "retractions": "retractions"},
    ),
    "see_also_links": (
        "protocol_section.references_module.see_also_links",
        schema.SeeAlsoLink,
        {"label": "label", "url": "url"},
    ),
    "available_ipds": (
        "protocol_section.references_module.avail_ipds",
        schema.AvailIpd,
        {"identifier": "id", "type": "type", "url": "url", "comment": "comment"},
    ),
}

#: Kind of outcome → path of its list; the columns of an outcome → attributes of an entry.
OUTCOME_LISTS = {
    "PRIMARY": "protocol_section.outcomes_module.primary_outcomes",
    "SECONDARY": "protocol_section.outcomes_module.secondary_outcomes",
    "OTHER": "protocol_section.outcomes_module.other_outcomes",
}
OUTCOME = {"measure": "measure", "description": "description", "time_frame": "time_frame"}

#: Column of Facility → attribute of a location. `printed_overrides` of the site stores values that the record prints
#: differently.
PLACE = {"name": "facility", "city": "city", "state": "state", "zip": "zip", "country": "country"}
POINT = {"latitude": "geo_point.lat", "longitude": "geo_point.lon"}

LOCATIONS = "protocol_section.contacts_locations_module.locations"
CENTRAL_CONTACTS = "protocol_section.contacts_locations_module.central_contacts"
OFFICIALS = "protocol_section.contacts_locations_module.overall_officials"

#: Column of Person → attribute of a contact. A contact's or official's role and affiliation are columns of Role.
PERSON = {"name": "name", "phone": "phone", "phone_ext": "phone_ext", "email": "email"}


def to_camel_case(path: str) -> str:
    """`status_module.why_stopped` → `statusModule.whyStopped`, the spelling in records."""
    return re.sub(r"_([a-z0-9])", lambda letter: letter[1].upper(), path).replace("agencyClass", "class")


#: Path in a record → column of Trial.
COLUMN_BY_PATH = {to_camel_case(path): column for column, path in TRIAL.items()}

#: Relation of Trial → the paths of its lists in a record; outcomes have three.
PATHS_BY_RELATION = {name: [to_camel_case(path)] for name, (path, _, _) in PARTS.items()} | {
    "outcomes": [to_camel_case(path) for path in OUTCOME_LISTS.values()]
}
OUTCOME_KIND_BY_PATH = {to_camel_case(path): kind for kind, path in OUTCOME_LISTS.items()}
RELATION_BY_PATH = {path: name for name, paths in PATHS_BY_RELATION.items() for path in paths}
LOCATIONS_PATH = to_camel_case(LOCATIONS)
