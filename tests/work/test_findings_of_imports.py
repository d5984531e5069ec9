"""Imported records are judged like everything else, and importing them again changes nothing."""

import pytest
from django.utils import timezone

from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import records_in
from tests.records.generate import HERE
from work.findings.evaluate import catch_up
from work.models import Finding, JudgeMark

pytestmark = pytest.mark.django_db


def take_in() -> None:
    with (HERE / "studies.ndjson").open("rb") as lines:
        import_records(records_in(lines), source="test")


def everything() -> list[dict]:
    return list(Finding.objects.order_by("pk").values())


def test_a_second_import_changes_no_finding():
    take_in()
    while catch_up(on=timezone.localdate()):
        pass
    found = everything()
    assert found
    take_in()
    assert not JudgeMark.objects.exists()
    assert everything() == found
