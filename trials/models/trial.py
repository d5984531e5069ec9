"""The Trial model: the single-valued fields of a registry record's protocol section."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.db_lookups import PlainText
from common.partial_dates import PartialDateField, partial_date_constraint
from history.optimistic_locking import Versioned
from history.tracking import tracked
from trials import choices
from trials.models.field_shortcuts import code, text, texts, yes_no
from trials.models.field_shortcuts import codes as code_list
from trials.querysets import TrialQuerySet
from trials.unknown_status import displayed_status

DATE_FIELDS = (
    "verified_on",
    "start_on",
    "primary_completion_on",
    "completion_on",
    "first_submitted_on",
    "first_submitted_qc_on",
    "first_posted_on",
    "results_first_submitted_on",
    "results_first_submitted_qc_on",
    "results_first_posted_on",
    "disposition_first_submitted_on",
    "disposition_first_submitted_qc_on",
    "disposition_first_posted_on",
    "last_update_submitted_on",
    "last_update_posted_on",
    "version_on",
)


def day(label: str, **options) -> PartialDateField:
    return PartialDateField(label, null=True, blank=True, **options)


@tracked()
class Trial(Versioned):
    """One clinical study. It has an NCT number once it is registered; until then only the organisation's study id."""

    # Identification
    nct_id = models.CharField("NCT number", max_length=11, blank=True, default="")
    nct_id_aliases = texts("obsolete NCT numbers")
    org_study_id = text("organization's study ID")
    org_study_id_type = code("study ID type", choices.OrgStudyIdType)
    org_study_id_link = text("study ID link")
    brief_title = text("brief title")
    official_title = text("official title")
    acronym = text("acronym")
    organization = text("organization")
    organization_class = code("organization class", choices.AgencyClass)

    # Status
    verified_on = day("record verified", help_text="Month and year in which the record was last verified.")
    overall_status = code("overall status", choices.OverallStatus)
    last_known_status = code("last known status", choices.OverallStatus)
    delayed_posting = yes_no("posting delayed")
    why_stopped = text("why stopped")
    has_expanded_access = yes_no("expanded access")
    expanded_access_nct_id = models.CharField("expanded access record", max_length=11, blank=True, default="")
    expanded_access_status = code("expanded access status", choices.ExpandedAccessStatus)
    start_on = day("start")
    start_type = code("start is", choices.DateType)
    primary_completion_on = day("primary completion")
    primary_completion_type = code("primary completion is", choices.DateType)
    completion_on = day("completion")
    completion_type = code("completion is", choices.DateType)
    first_submitted_on = day("first submitted")
    first_submitted_qc_on = day("first submitted, quality checked")
    first_posted_on = day("first posted")
    first_posted_type = code("first posted is", choices.DateType)
    results_waived = yes_no("results waived")
    results_first_submitted_on = day("results first submitted")
    results_first_submitted_qc_on = day("results first submitted, quality checked")
    results_first_posted_on = day("results first posted")
    results_first_posted_type = code("results first posted is", choices.DateType)
    disposition_first_submitted_on = day("delay of results first submitted")
    disposition_first_submitted_qc_on = day("delay of results first submitted, quality checked")
    disposition_first_posted_on = day("delay of results first posted")
    disposition_first_posted_type = code("delay of results first posted is", choices.DateType)
    last_update_submitted_on = day("last update submitted")
    last_update_posted_on = day("last update posted")
    last_update_posted_type = code("last update posted is", choices.DateType)

    # Sponsor and responsible party
    lead_sponsor = text("lead sponsor")
    lead_sponsor_class = code("sponsor class", choices.AgencyClass)
    responsible_party_type = code("responsible party", choices.ResponsiblePartyType)
    responsible_party_name = text("responsible investigator")
    responsible_party_title = text("investigator's title")
    responsible_party_affiliation = text("investigator's affiliation")
    responsible_party_old_name_title = text("name and title (older records)")
    responsible_party_old_organization = text("organization (older records)")

    # Oversight
    has_dmc = yes_no("data monitoring committee")
    is_fda_regulated_drug = yes_no("FDA-regulated drug")
    is_fda_regulated_device = yes_no("FDA-regulated device")
    is_unapproved_device = yes_no("unapproved device")
    is_ppsd = yes_no("pediatric postmarket surveillance")
    is_us_export = yes_no("exported from the U.S.")
    fdaaa801_violation = yes_no("FDAAA 801 violation")

    # Description
    brief_summary = text("brief summary")
    detailed_description = text("detailed description")
    conditions = texts("conditions")
    keywords = texts("keywords")

    # Design
    study_type = code("study type", choices.StudyType)
    expanded_access_record_count = models.IntegerField(
        "records pointing to this expanded access", null=True, blank=True
    )
    expanded_access_individual = yes_no("expanded access for individual patients")
    expanded_access_intermediate = yes_no("expanded access for an intermediate-size population")
    expanded_access_treatment = yes_no("expanded access under a treatment protocol")
    is_patient_registry = yes_no("patient registry")
    target_duration = text("target follow-up duration")
    phases = code_list("phases", choices.Phase)
    allocation = code("allocation", choices.Allocation)
    intervention_model = code("intervention model", choices.InterventionModel)
    intervention_model_description = text("model description")
    primary_purpose = code("primary purpose", choices.PrimaryPurpose)
    observational_model = code("observational model", choices.ObservationalModel)
    time_perspective = code("time perspective", choices.TimePerspective)
    masking = code("masking", choices.Masking)
    masking_description = text("masking description")
    who_masked = code_list("who is masked", choices.WhoMasked)
    biospecimen_retention = code("biospecimen retention", choices.BioSpecRetention)
    biospecimen_description = text("biospecimen description")
    enrollment_count = models.IntegerField("enrollment", null=True, blank=True)
    enrollment_type = code("enrollment is", choices.EnrollmentType)

    # Eligibility
    eligibility_criteria = text("eligibility criteria")
    healthy_volunteers = yes_no("healthy volunteers")
    sex = code("sex", choices.Sex)
    is_gender_based = yes_no("gender based")
    gender_description = text("gender description")
    minimum_age = text("minimum age", help_text="For example: 18 Years.")
    maximum_age = text("maximum age", help_text="For example: 80 Years.")
    age_groups = code_list("age groups", choices.AgeGroup)
    study_population = text("study population")
    sampling_method = code("sampling method", choices.SamplingMethod)

    # Sharing of participants' data
    ipd_sharing = code("plan to share data", choices.IpdSharing)
    ipd_description = text("plan description")
    ipd_info_types = code_list("supporting information", choices.IpdSharingInfoType)
    ipd_time_frame = text("time frame of sharing")
    ipd_access_criteria = text("access criteria")
    ipd_url = text("link to the plan")

    # Derived by the registry
    version_on = day("registry version")
    removed_countries = texts("removed countries")
    condition_mesh = models.JSONField("MeSH conditions", default=list, blank=True)
    condition_ancestors = models.JSONField("MeSH condition ancestors", default=list, blank=True)
    intervention_mesh = models.JSONField("MeSH interventions", default=list, blank=True)
    intervention_ancestors = models.JSONField("MeSH intervention ancestors", default=list, blank=True)
    has_results = yes_no("has results")

    # Not in the registry
    is_public = models.BooleanField("public", default=True, help_text="Visible to the public and to partners.")

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-last_update_posted_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nct_id"],
                condition=~Q(nct_id=""),
                name="trial_nct_id_unique",
                violation_error_message="Another trial has this NCT number.",
            ),
            models.CheckConstraint(
                condition=Q(nct_id="") | Q(nct_id__regex=r"^NCT[0-9]{8}$"),
                name="trial_nct_id_form",
                violation_error_message="An NCT number is NCT and eight digits.",
            ),
            models.CheckConstraint(
                condition=~Q(nct_id="") | ~Q(org_study_id=""),
                name="trial_has_a_number",
                violation_error_message="Enter the NCT number or the organization's study ID.",
            ),
            models.CheckConstraint(
                condition=Q(enrollment_count__isnull=True) | Q(enrollment_count__gte=0),
                name="trial_enrollment_not_negative",
                violation_error_message="Enrollment cannot be negative.",
            ),
            partial_date_constraint(*DATE_FIELDS, name="trial_dates_are_dates"),
        ]
        indexes = [
            models.Index(fields=["-last_update_posted_on", "-id"], name="trial_newest"),
            models.Index(fields=["overall_status", "-id"], name="trial_by_status"),
            models.Index(fields=["org_study_id"], name="trial_by_study_id"),
            GinIndex(fields=["brief_title"], opclasses=["gin_trgm_ops"], name="trial_title_parts"),
            GinIndex(OpClass(PlainText("brief_title"), name="gin_trgm_ops"), name="trial_plain_title"),
            GinIndex(fields=["nct_id_aliases"], name="trial_aliases"),
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.number, self.acronym or self.brief_title) if part)

    def get_absolute_url(self) -> str:
        return reverse("trial", args=[self.key])

    @property
    def key(self) -> str:
        """The public key in addresses: the NCT number, or `trial-<id>` before registration."""
        return self.nct_id or f"trial-{self.pk}"

    @property
    def number(self) -> str:
        """The displayed identifier: the NCT number, before registration the organization's study ID."""
        return self.nct_id or self.org_study_id or self.key

    @property
    def title(self) -> str:
        """The brief title, or the first other title or identifier that is not blank; never empty."""
        return self.brief_title or self.official_title or self.acronym or self.org_study_id or self.key

    def status_on(self, day) -> str:
        """The overall status to show on a day: UNKNOWN by the registry's rule, else what was entered."""
        return displayed_status(self.overall_status, self.completion_on, self.verified_on, on=day)
