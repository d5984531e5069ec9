"""docs/registry-mapping.md agrees with the columns, the API and the trial's page."""

import html
import re
from pathlib import Path

import pytest
from django.db import models
from django.utils.html import strip_tags
from msgspec import Struct
from msgspec.structs import fields

from history import authored
from registries.ctgov import field_map
from registries.ctgov.field_map import to_camel_case
from registries.ctgov.schema import Study
from tests.registries.field_mapping import MappedField, mapped_fields
from trials.models import Trial

DOC = Path(__file__).resolve().parents[2] / "docs" / "registry-mapping.md"
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| (?:`([^`]+)`|not published) \| (.+) \|$", re.MULTILINE)
SHEET = re.compile(
    r'<section class="sheet" id="[\w-]+"[^>]*><h2[^>]*>([^<]+)</h2>(.*?)(?=<section class="sheet"|</main>)', re.S
)
TEXTS = [
    name
    for name in field_map.TRIAL
    if isinstance(Trial._meta.get_field(name), models.TextField) and not Trial._meta.get_field(name).choices
]


def documented_mapping() -> dict[MappedField, str]:
    """The table of the docs: field → page section."""
    return {MappedField(path, column, api): sheet for path, column, api, sheet in ROW.findall(DOC.read_text())}


def test_the_docs_list_every_field_with_its_column_and_key():
    assert set(documented_mapping()) == set(mapped_fields())


def test_every_leaf_of_the_protocol_section_is_mapped():
    """The 152 leaves of the protocol section, from the types of the schema."""
    mapped = {field.path for field in mapped_fields()}
    assert {leaf for leaf in leaves(Study) if leaf.startswith("protocolSection.")} <= mapped | {
        "protocolSection.contactsLocationsModule.overallOfficials[].role",
        "protocolSection.referencesModule.references[].retractions[].pmid",
        "protocolSection.referencesModule.references[].retractions[].source",
    }


def leaves(kind, path: str = ""):
    for field in fields(kind):
        inner = f"{path}.{field.encode_name}".lstrip(".")
        entry = getattr(field.type, "__args__", (None,))[0]
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            yield from leaves(field.type, inner)
        elif isinstance(entry, type) and issubclass(entry, Struct):
            yield from leaves(entry, f"{inner}[]")
        else:
            yield inner


@pytest.mark.django_db
@pytest.mark.parametrize("column", TEXTS)
def test_a_text_is_on_the_page_that_the_docs_name(client, column):
    sheet = next(
        sheet for field, sheet in documented_mapping().items() if field.path == to_camel_case(field_map.TRIAL[column])
    )
    with authored("test"):
        trial = Trial(nct_id="NCT90000001", brief_title="A title", brief_summary="A summary")
        setattr(trial, column, "Canary text")
        trial.org_study_id = trial.org_study_id or "ORG-1"
        trial.responsible_party_name = trial.responsible_party_name or "Somebody"
        trial.save()
    page = client.get(f"/trials/{trial.key}/").content.decode()
    sheets = dict(SHEET.findall(page)) | {"Heading": page.partition("<section")[0]}
    heading = html.escape(sheet, quote=True)
    shown = next(content for name, content in sheets.items() if name in (sheet, heading))
    assert "Canary text" in strip_tags(shown)
