"""Publications, links, available participant data, and the data sharing statement."""
# mypy: disable-error-code="valid-type"

from registries.ctgov.schema.types import Part, code, one_of
from trials import choices


class Retraction(Part):
    pmid: str = ""
    source: str = ""


class Reference(Part):
    pmid: str = ""
    type: code(choices.ReferenceType) = ""
    citation: str = ""
    retractions: list[Retraction] = []


class SeeAlsoLink(Part):
    label: str = ""
    url: str = ""


class AvailIpd(Part):
    """A data set or document of individual participant data that can be requested."""

    id: str = ""
    type: str = ""
    url: str = ""
    comment: str = ""


class ReferencesModule(Part):
    references: list[Reference] = []
    see_also_links: list[SeeAlsoLink] = []
    avail_ipds: list[AvailIpd] = []


class IpdSharingStatementModule(Part):
    ipd_sharing: code(choices.IpdSharing) = ""
    description: str = ""
    info_types: list[one_of(choices.IpdSharingInfoType)] = []
    time_frame: str = ""
    access_criteria: str = ""
    url: str = ""
