"""Identification, sponsors, oversight, descriptions and conditions."""
# mypy: disable-error-code="valid-type"

from msgspec import field

from registries.ctgov.schema.types import NctId, Part, code
from trials import choices


class OrgStudyIdInfo(Part):
    id: str = ""
    type: code(choices.OrgStudyIdType) = ""
    link: str = ""


class SecondaryIdInfo(Part):
    id: str = ""
    type: code(choices.SecondaryIdType) = ""
    domain: str = ""
    link: str = ""


class Organization(Part):
    full_name: str = ""
    agency_class: code(choices.AgencyClass) = field(name="class", default="")


class IdentificationModule(Part):
    """`nct_id` is "" only in a study that was built from our rows; a parsed one always has it."""

    nct_id: NctId = ""
    nct_id_aliases: list[NctId] = []
    org_study_id_info: OrgStudyIdInfo = field(default_factory=OrgStudyIdInfo)
    secondary_id_infos: list[SecondaryIdInfo] = []
    brief_title: str = ""
    official_title: str = ""
    acronym: str = ""
    organization: Organization = field(default_factory=Organization)


class ResponsibleParty(Part):
    type: code(choices.ResponsiblePartyType) = ""
    investigator_full_name: str = ""
    investigator_title: str = ""
    investigator_affiliation: str = ""
    old_name_title: str = ""
    old_organization: str = ""


class Sponsor(Part):
    """The lead sponsor or a collaborator."""

    name: str = ""
    agency_class: code(choices.AgencyClass) = field(name="class", default="")


class SponsorCollaboratorsModule(Part):
    responsible_party: ResponsibleParty = field(default_factory=ResponsibleParty)
    lead_sponsor: Sponsor = field(default_factory=Sponsor)
    collaborators: list[Sponsor] = []


class OversightModule(Part):
    oversight_has_dmc: bool | None = None
    is_fda_regulated_drug: bool | None = None
    is_fda_regulated_device: bool | None = None
    is_unapproved_device: bool | None = None
    is_ppsd: bool | None = None
    is_us_export: bool | None = None
    fdaaa801_violation: bool | None = None


class DescriptionModule(Part):
    """Both texts are in the registry's markup."""

    brief_summary: str = ""
    detailed_description: str = ""


class ConditionsModule(Part):
    conditions: list[str] = []
    keywords: list[str] = []
