"""The typed study has every leaf of the protocol section, and the invented records fill them all."""

import csv
import json
import os
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import get_args, get_origin

import msgspec
import pytest

from registries.ctgov.schema import ProtocolSection, Study
from tests.records.generate import files

ROOT = Path(__file__).parents[3]
LEAVES = (Path(__file__).parent / "record_field_paths.txt").read_text().splitlines()


def leaves_of_type(kind) -> list[str]:
    """Dotted paths of the leaves of a struct; entries of lists count as their list."""
    kind = next((part for part in get_args(kind) if part is not NoneType), kind) if get_origin(kind) is list else kind
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return [""]
    fields = msgspec.structs.fields(kind)
    return [f"{field.encode_name}.{leaf}".rstrip(".") for field in fields for leaf in leaves_of_type(field.type)]


def leaves_of_record(value) -> set[str]:
    if isinstance(value, list):
        return {leaf for entry in value for leaf in leaves_of_record(entry)}
    if not isinstance(value, dict):
        return {""}
    return {f"{key}.{leaf}".rstrip(".") for key, part in value.items() for leaf in leaves_of_record(part)}


def test_every_leaf_of_the_protocol_section_is_modelled_and_nothing_else():
    assert leaves_of_type(ProtocolSection) == LEAVES


@pytest.mark.registry
def test_the_leaves_equal_those_of_the_registry(registry_folder):
    with (registry_folder / "fields.tsv").open() as table:
        paths = [row["path"] for row in csv.DictReader(table, delimiter="\t")]
    known = {f"protocolSection.{leaf}" for leaf in LEAVES}
    parents = {path.rpartition(".")[0] for path in [*paths, *known]}
    theirs = {path for path in paths if path.startswith("protocolSection") and path not in parents}
    assert theirs <= known
    assert {path.removesuffix(".lat").removesuffix(".lon") for path in known - theirs} == {
        "protocolSection.contactsLocationsModule.locations.geoPoint"
    }


def test_the_invented_records_fill_every_leaf(own_records):
    filled = set().union(*(leaves_of_record(json.loads(raw)["protocolSection"]) for raw in own_records))
    assert set(LEAVES) <= filled


def test_the_invented_records_equal_the_generated_ones(own_folder):
    assert {name: (own_folder / name).read_text(encoding="utf-8") for name in files()} == files()


def test_field_names_are_unique_across_modules():
    names = [
        field.encode_name
        for module in msgspec.structs.fields(ProtocolSection)
        for field in msgspec.structs.fields(module.type)
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("protocol_section.status_module.start_date_struct.date", ""),
        ("protocol_section.design_module.design_info.masking_info.who_masked", []),
        ("protocol_section.oversight_module.is_ppsd", None),
        ("derived_section.misc_info_module.version_holder", ""),
        ("document_section.large_document_module.large_docs", []),
    ],
)
def test_every_path_of_an_empty_study_has_a_value(path, value):
    assert attrgetter(path)(Study()) == value


def test_studies_do_not_share_default_parts():
    changed = Study()
    changed.protocol_section.conditions_module.conditions.append("Examplitis")
    assert Study().protocol_section.conditions_module.conditions == []


def test_parsing_and_serializing_need_no_settings():
    work = (
        "from registries.ctgov import merge, parser, serializer, source_files\n"
        "from django.conf import settings\n"
        "raw = next(source_files.iter_records('tests/records/pretty.json')).received\n"
        "written = serializer.study_to_json(parser.read_study(raw))\n"
        "assert merge.merge(written, written, written).value == written\n"
        "assert not settings.configured\n"
    )
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([sys.executable, "-c", work], cwd=ROOT, env=bare, check=True)
