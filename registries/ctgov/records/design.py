"""How it is done: design, arms and interventions, outcomes, eligibility."""
# mypy: disable-error-code="valid-type"

from msgspec import field

from registries.ctgov.records.kinds import Count, Part, code, one_of
from trials import codes


class ExpandedAccessTypes(Part):
    individual: bool | None = None
    intermediate: bool | None = None
    treatment: bool | None = None


class MaskingInfo(Part):
    masking: code(codes.Masking) = ""
    masking_description: str = ""
    who_masked: list[one_of(codes.WhoMasked)] = []


class DesignInfo(Part):
    allocation: code(codes.Allocation) = ""
    intervention_model: code(codes.InterventionModel) = ""
    intervention_model_description: str = ""
    primary_purpose: code(codes.PrimaryPurpose) = ""
    observational_model: code(codes.ObservationalModel) = ""
    time_perspective: code(codes.TimePerspective) = ""
    masking_info: MaskingInfo = field(default_factory=MaskingInfo)


class BioSpec(Part):
    retention: code(codes.BioSpecRetention) = ""
    description: str = ""


class EnrollmentInfo(Part):
    count: Count | None = None
    type: code(codes.EnrollmentType) = ""


class DesignModule(Part):
    study_type: code(codes.StudyType) = ""
    n_ptrs_to_this_exp_acc_nct_id: Count | None = None
    expanded_access_types: ExpandedAccessTypes = field(default_factory=ExpandedAccessTypes)
    patient_registry: bool | None = None
    target_duration: str = ""
    phases: list[one_of(codes.Phase)] = []
    design_info: DesignInfo = field(default_factory=DesignInfo)
    bio_spec: BioSpec = field(default_factory=BioSpec)
    enrollment_info: EnrollmentInfo = field(default_factory=EnrollmentInfo)


class ArmGroup(Part):
    """`intervention_names` are written `Drug: name`."""

    label: str = ""
    type: code(codes.ArmGroupType) = ""
    description: str = ""
    intervention_names: list[str] = []


class Intervention(Part):
    type: code(codes.InterventionType) = ""
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
    sex: code(codes.Sex) = ""
    gender_based: bool | None = None
    gender_description: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    std_ages: list[one_of(codes.AgeGroup)] = []
    study_population: str = ""
    sampling_method: code(codes.SamplingMethod) = ""
