"""The schema of a study in ClinicalTrials.gov's API v2: the protocol section, and parts of the other sections. Pure.

Missing parts of a record are empty objects, so that `study.protocol_section.status_module.start_date_struct.date` is
valid for any study. Keys that are not modelled are skipped; `serializer.overlay` restores them.
Source: the API's field list, /studies/metadata.
"""

from msgspec import field

from registries.ctgov.schema.derived import (
    BrowseModule,
    DerivedSection,
    DocumentSection,
    LargeDoc,
    LargeDocumentModule,
    Mesh,
    MiscInfoModule,
)
from registries.ctgov.schema.design import (
    ArmGroup,
    ArmsInterventionsModule,
    BioSpec,
    DesignInfo,
    DesignModule,
    EligibilityModule,
    EnrollmentInfo,
    ExpandedAccessTypes,
    Intervention,
    MaskingInfo,
    Outcome,
    OutcomesModule,
)
from registries.ctgov.schema.identification import (
    ConditionsModule,
    DescriptionModule,
    IdentificationModule,
    Organization,
    OrgStudyIdInfo,
    OversightModule,
    ResponsibleParty,
    SecondaryIdInfo,
    Sponsor,
    SponsorCollaboratorsModule,
)
from registries.ctgov.schema.locations import Contact, ContactsLocationsModule, GeoPoint, Location, Official
from registries.ctgov.schema.references import (
    AvailIpd,
    IpdSharingStatementModule,
    Reference,
    ReferencesModule,
    Retraction,
    SeeAlsoLink,
)
from registries.ctgov.schema.status import DateStruct, ExpandedAccessInfo, StatusModule
from registries.ctgov.schema.types import Part


class ProtocolSection(Part):
    """The part of the record that the sponsor submits."""

    identification_module: IdentificationModule = field(default_factory=IdentificationModule)
    status_module: StatusModule = field(default_factory=StatusModule)
    sponsor_collaborators_module: SponsorCollaboratorsModule = field(default_factory=SponsorCollaboratorsModule)
    oversight_module: OversightModule = field(default_factory=OversightModule)
    description_module: DescriptionModule = field(default_factory=DescriptionModule)
    conditions_module: ConditionsModule = field(default_factory=ConditionsModule)
    design_module: DesignModule = field(default_factory=DesignModule)
    arms_interventions_module: ArmsInterventionsModule = field(default_factory=ArmsInterventionsModule)
    outcomes_module: OutcomesModule = field(default_factory=OutcomesModule)
    eligibility_module: EligibilityModule = field(default_factory=EligibilityModule)
    contacts_locations_module: ContactsLocationsModule = field(default_factory=ContactsLocationsModule)
    references_module: ReferencesModule = field(default_factory=ReferencesModule)
    ipd_sharing_statement_module: IpdSharingStatementModule = field(default_factory=IpdSharingStatementModule)


class Study(Part):
    """One record of the registry."""

    protocol_section: ProtocolSection = field(default_factory=ProtocolSection)
    derived_section: DerivedSection = field(default_factory=DerivedSection)
    document_section: DocumentSection = field(default_factory=DocumentSection)
    has_results: bool | None = None


__all__ = [
    "ArmGroup",
    "ArmsInterventionsModule",
    "AvailIpd",
    "BioSpec",
    "BrowseModule",
    "ConditionsModule",
    "Contact",
    "ContactsLocationsModule",
    "DateStruct",
    "DerivedSection",
    "DescriptionModule",
    "DesignInfo",
    "DesignModule",
    "DocumentSection",
    "EligibilityModule",
    "EnrollmentInfo",
    "ExpandedAccessInfo",
    "ExpandedAccessTypes",
    "GeoPoint",
    "IdentificationModule",
    "Intervention",
    "IpdSharingStatementModule",
    "LargeDoc",
    "LargeDocumentModule",
    "Location",
    "MaskingInfo",
    "Mesh",
    "MiscInfoModule",
    "Official",
    "OrgStudyIdInfo",
    "Organization",
    "Outcome",
    "OutcomesModule",
    "OversightModule",
    "Part",
    "ProtocolSection",
    "Reference",
    "ReferencesModule",
    "ResponsibleParty",
    "Retraction",
    "SecondaryIdInfo",
    "SeeAlsoLink",
    "Sponsor",
    "SponsorCollaboratorsModule",
    "StatusModule",
    "Study",
]
