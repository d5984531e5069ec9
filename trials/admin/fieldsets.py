"""A trial's columns grouped by section of the protocol. A test asserts that none is missing."""

TRIAL_FIELDSETS = [
    (
        "Identification",
        {
            "fields": [
                ("nct_id", "acronym"),
                "brief_title",
                "official_title",
                ("org_study_id", "org_study_id_type"),
                "org_study_id_link",
                ("organization", "organization_class"),
                "nct_id_aliases",
                "is_public",
            ]
        },
    ),
    (
        "Status and dates",
        {
            "fields": [
                "overall_status",
                "why_stopped",
                "verified_on",
                ("start_on", "start_type"),
                ("primary_completion_on", "primary_completion_type"),
                ("completion_on", "completion_type"),
            ]
        },
    ),
    (
        "Expanded access",
        {
            "classes": ["collapse"],
            "fields": [
                "has_expanded_access",
                ("expanded_access_nct_id", "expanded_access_status"),
                "expanded_access_individual",
                "expanded_access_intermediate",
                "expanded_access_treatment",
                "expanded_access_record_count",
            ],
        },
    ),
    (
        "Sponsor and responsible party",
        {
            "fields": [
                ("lead_sponsor", "lead_sponsor_class"),
                "responsible_party_type",
                "responsible_party_name",
                "responsible_party_title",
                "responsible_party_affiliation",
                "responsible_party_old_name_title",
                "responsible_party_old_organization",
            ]
        },
    ),
    (
        "Oversight",
        {
            "classes": ["collapse"],
            "fields": [
                ("has_dmc", "is_fda_regulated_drug", "is_fda_regulated_device"),
                ("is_unapproved_device", "is_ppsd", "is_us_export"),
                "fdaaa801_violation",
            ],
        },
    ),
    ("Description", {"fields": ["brief_summary", "detailed_description", "conditions", "keywords"]}),
    (
        "Design",
        {
            "fields": [
                "study_type",
                "phases",
                "primary_purpose",
                ("allocation", "intervention_model"),
                "intervention_model_description",
                "masking",
                "who_masked",
                "masking_description",
                ("observational_model", "time_perspective"),
                ("is_patient_registry", "target_duration"),
                "biospecimen_retention",
                "biospecimen_description",
                ("enrollment_count", "enrollment_type"),
            ]
        },
    ),
    (
        "Eligibility",
        {
            "fields": [
                "eligibility_criteria",
                ("sex", "healthy_volunteers"),
                "is_gender_based",
                "gender_description",
                ("minimum_age", "maximum_age"),
                "age_groups",
                "study_population",
                "sampling_method",
            ]
        },
    ),
    (
        "Sharing of participants' data",
        {
            "classes": ["collapse"],
            "fields": [
                "ipd_sharing",
                "ipd_description",
                "ipd_info_types",
                "ipd_time_frame",
                "ipd_access_criteria",
                "ipd_url",
            ],
        },
    ),
    ("Sites and contacts", {"fields": ["sites_of_trial", "contacts_of_trial"]}),
    (
        "Registration and posting",
        {
            "classes": ["collapse"],
            "description": "Set by the registry. Change a value only to match the registry's record.",
            "fields": [
                "last_known_status",
                "delayed_posting",
                ("first_submitted_on", "first_submitted_qc_on"),
                ("first_posted_on", "first_posted_type"),
                "results_waived",
                ("results_first_submitted_on", "results_first_submitted_qc_on"),
                ("results_first_posted_on", "results_first_posted_type"),
                ("disposition_first_submitted_on", "disposition_first_submitted_qc_on"),
                ("disposition_first_posted_on", "disposition_first_posted_type"),
                ("last_update_submitted_on", "last_update_posted_on", "last_update_posted_type"),
            ],
        },
    ),
    (
        "Derived by the registry",
        {
            "classes": ["collapse"],
            "fields": [
                "version_on",
                "has_results",
                "removed_countries",
                "condition_mesh_terms",
                "condition_ancestor_terms",
                "intervention_mesh_terms",
                "intervention_ancestor_terms",
            ],
        },
    ),
]

DERIVED_FIELDS = [
    "version_on",
    "has_results",
    "removed_countries",
    "condition_mesh_terms",
    "condition_ancestor_terms",
    "intervention_mesh_terms",
    "intervention_ancestor_terms",
]
