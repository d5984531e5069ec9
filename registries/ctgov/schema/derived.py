"""Sections that the registry adds: data version, MeSH terms, documents to download."""

from msgspec import field

from registries.ctgov.schema.types import Part, PartialDate, Size


class MiscInfoModule(Part):
    """`version_holder` is the day of the registry's data version."""

    version_holder: PartialDate = ""
    removed_countries: list[str] = []


class Mesh(Part):
    id: str = ""
    term: str = ""


class BrowseModule(Part):
    """MeSH terms and their broader terms."""

    meshes: list[Mesh] = []
    ancestors: list[Mesh] = []


class DerivedSection(Part):
    misc_info_module: MiscInfoModule = field(default_factory=MiscInfoModule)
    condition_browse_module: BrowseModule = field(default_factory=BrowseModule)
    intervention_browse_module: BrowseModule = field(default_factory=BrowseModule)


class LargeDoc(Part):
    """A document stored at the registry. `size` in bytes; `upload_date` is `yyyy-MM-ddTHH:mm`."""

    type_abbrev: str = ""
    has_protocol: bool | None = None
    has_sap: bool | None = None
    has_icf: bool | None = None
    label: str = ""
    date: PartialDate = ""
    upload_date: str = ""
    filename: str = ""
    size: Size | None = None


class LargeDocumentModule(Part):
    no_sap: bool | None = None
    large_docs: list[LargeDoc] = []


class DocumentSection(Part):
    """Stored as received; not editable."""

    large_document_module: LargeDocumentModule = field(default_factory=LargeDocumentModule)
