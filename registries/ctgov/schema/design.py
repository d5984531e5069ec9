"""Design, arms and interventions, outcomes, eligibility."""
# mypy: disable-error-code="valid-type"

from msgspec import field

from registries.ctgov.schema.types import Count, Part, code, one_of
from trials import choices


class ExpandedAccessTypes(Part):
    individual: bool | None = None
    intermediate: bool | None = None
    treatment: bool | None = None


class MaskingInfo(Part):
    masking: code(choices.Masking) = ""
    masking_description: str = ""
    who_masked: list[one_of(choices.WhoMasked)] = []


class DesignInfo(Part):
    allocation: code(choices.Allocation) = ""
    intervention_model: code(choices.InterventionModel) = ""
    intervention_model_description: str = ""
    primary_purpose: code(choices.PrimaryPurpose) = ""
    observational_model: code(choices.ObservationalModel) = ""
    time_perspective: code(choices.TimePerspective) = ""
    masking_info: MaskingInfo = field(default_factory=MaskingInfo)


class BioSpec(Part):
    retention: code(choices.BioSpecRetention) = ""
    description: str = ""


class EnrollmentInfo(Part):
    count: Count | None = None
    type: code(choices.EnrollmentType) = ""


class DesignModule(Part):
    study_type: code(choices.StudyType) = ""
    n_ptrs_to_this_exp_acc_nct_id: Count | None = None
    expanded_access_types: ExpandedAccessTypes = field(default_factory=ExpandedAccessTypes)
    patient_registry: bool | None = None
    target_duration: str = ""
    phases: list[one_of(choices.Phase)] = []
    design_info: DesignInfo = field(default_factory=DesignInfo)
    bio_spec: BioSpec = field(default_factory=BioSpec)
    enrollment_info: EnrollmentInfo = field(default_factory=EnrollmentInfo)


class ArmGroup(Part):
    """`intervention_names` are written `Drug: name`."""

    label: str = ""
    type: code(choices.ArmGroupType) = ""
    description: str = ""
    intervention_names: list[str] = []


class Intervention(Part):
    type: code(choices.InterventionType) = ""
    name: str = ""
    description: str = ""
    arm_group_labels: list[str] = []
    other_names: list[str] = []


class ArmsInterventionsModule(Part):
    arm_groups: list[ArmGroup] = []
    interventions: list[Intervention] = []


class Outcome(Part):
    measure: str = ""
    description: str = ""
    time_frame: str = ""


class OutcomesModule(Part):
    primary_outcomes: list[Outcome] = []
    secondary_outcomes: list[Outcome] = []
    other_outcomes: list[Outcome] = []


class EligibilityModule(Part):
    """Ages are written `18 Years`."""

    eligibility_criteria: str = ""
    healthy_volunteers: bool | None = None
    sex: code(choices.Sex) = ""
    gender_based: bool | None = None
    gender_description: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    std_ages: list[one_of(choices.AgeGroup)] = []
    study_population: str = ""
    sampling_method: code(choices.SamplingMethod) = ""
