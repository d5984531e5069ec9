"""Findings of imported records; importing them again changes none."""

import pytest
from django.utils import timezone

from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from tests.records.generate import FOLDER
from work.findings.evaluate import evaluate_pending_batch
from work.models import Finding, PendingEvaluation

pytestmark = pytest.mark.django_db


def run_import() -> None:
    with (FOLDER / "studies.ndjson").open("rb") as lines:
        import_records(iter_records(lines), source="test")


def everything() -> list[dict]:
    return list(Finding.objects.order_by("pk").values())


def test_a_second_import_changes_no_finding():
    run_import()
    while evaluate_pending_batch(on=timezone.localdate()):
        pass
    findings = everything()
    assert findings
    run_import()
    assert not PendingEvaluation.objects.exists()
    assert everything() == findings
