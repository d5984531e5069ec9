"""`sync_ctgov` imports changed trials, limits its requests, and continues after an interruption."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registries.models import ImportRun, RegistryLink, SyncRun
from tests.registries.conflict_fixtures import a_record, changed, protocol
from tests.registries.fake_registry import FakeRegistry
from tests.registries.test_import import everything, run_import
from trials.models import Trial

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.core.management import call_command
call_command("sync_ctgov", force=True, batch=1)
"""


def retitled(record: dict, title: str = "A better title") -> dict:
    newer = changed(record)
    protocol(newer)["identificationModule"]["briefTitle"] = title
    return newer


@pytest.fixture
def registry(settings):
    """Three imported trials, two of which have changed at the registry since."""
    records = [a_record(number) for number in (1, 2, 3)]
    run_import(*records)
    fake = FakeRegistry(retitled(records[0]), records[1], retitled(records[2]))
    with fake.serving() as address:
        settings.CTGOV_API_URL, settings.CTGOV_PAUSE_SECONDS = address, 0
        yield fake


def sync(*numbers: str, **options) -> str:
    output = io.StringIO()
    call_command("sync_ctgov", *numbers, stdout=output, stderr=io.StringIO(), **{"force": True} | options)
    return output.getvalue().splitlines()[-1]


@pytest.mark.django_db
def test_only_changed_trials_are_fetched_and_imported(registry):
    assert sync() == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"
    assert registry.requested_records() == ["NCT90000001", "NCT90000003"]
    assert Trial.objects.filter(brief_title="A better title").count() == 2
    assert registry.agents == {"Sitelight (recruitment status of trial sites)"}


@pytest.mark.django_db
def test_a_second_check_sends_one_request_per_page_and_changes_nothing(registry):
    sync()
    before, requests, runs = everything(), len(registry.requests), ImportRun.objects.count()
    assert sync() == "created=0 updated=0 unchanged=3 quarantined=0 missing=0"
    assert everything() == before
    assert [one.get("pageToken") for one in registry.requests[requests:]] == [None, "2"]
    assert ImportRun.objects.count() == runs


@pytest.mark.django_db
def test_a_check_can_be_limited_to_some_numbers(registry):
    assert sync("nct90000003") == "created=0 updated=1 unchanged=0 quarantined=0 missing=0"


@pytest.mark.django_db
def test_an_unknown_number_gives_an_error(registry):
    with pytest.raises(CommandError, match="No such trial: NCT90000009"):
        sync("NCT90000009")
    assert not registry.requests


@pytest.mark.django_db
def test_checks_are_off_by_default(registry, settings):
    assert "switched off" in sync(force=False)
    assert not registry.requests
    settings.CTGOV_SYNC = True
    assert sync(force=False).startswith("created=0 updated=2")


@pytest.mark.django_db
def test_trials_missing_at_the_registry_are_counted(registry):
    del registry.records["NCT90000002"]
    assert sync() == "created=0 updated=2 unchanged=0 quarantined=0 missing=1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [(429, {"Retry-After": "0"}), (429, {"Retry-After": "1"}), (500, {}), b'{"studies": [{"protocolSec', b"<html>"],
)
def test_a_transient_failure_is_retried(registry, fault, monkeypatch):
    waited = []
    monkeypatch.setattr("registries.ctgov.client.time.sleep", waited.append)
    registry.faults.append(fault)
    assert sync() == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"
    retry_after = isinstance(fault, tuple) and float(fault[1].get("Retry-After", 0))
    assert max(waited) == retry_after


@pytest.mark.django_db
def test_requests_are_paused_and_retries_back_off(registry, settings, monkeypatch):
    waited = []
    monkeypatch.setattr("registries.ctgov.client.time.sleep", waited.append)
    settings.CTGOV_PAUSE_SECONDS = 2
    registry.faults.extend([(503, {}), (503, {})])
    sync("NCT90000002")
    assert waited == [2, 2, 2, 4, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("tokens", ["1111", "1212"])
def test_a_repeated_page_ends_the_check_with_a_message(registry, tokens):
    registry.faults.extend(f'{{"studies": [], "nextPageToken": "{token}"}}'.encode() for token in tokens)
    with pytest.raises(CommandError, match=r"it repeats a page.*The next check continues"):
        sync()
    assert len(registry.faults) == len(tokens) - len({*tokens}) - 1
    registry.faults.clear()
    assert sync() == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"


@pytest.mark.django_db
@pytest.mark.parametrize("faults", [[(500, {})] * 5, [(404, {})], [(429, {"Retry-After": "9999"})]])
def test_an_unavailable_registry_ends_the_check_and_the_next_one_continues(registry, faults):
    sync("NCT90000001")
    SyncRun.objects.all().delete()
    registry.faults.extend([b'{"studies": []}', *faults])
    with pytest.raises(CommandError, match=r"is not available at the moment.*The next check continues"):
        sync(batch=1)
    broken = SyncRun.objects.get()
    assert (broken.state, broken.position) == (SyncRun.State.FAILED, "NCT90000001")
    assert sync(batch=1) == "created=0 updated=1 unchanged=1 quarantined=0 missing=1"
    assert SyncRun.objects.get().state == SyncRun.State.DONE


@pytest.mark.django_db
def test_an_unreadable_record_is_quarantined_and_the_others_are_imported(registry):
    protocol(registry.records["NCT90000001"])["statusModule"]["overallStatus"] = "OPEN"
    with pytest.raises(SystemExit):
        sync()
    assert SyncRun.objects.get().summary == "created=0 updated=1 unchanged=1 quarantined=1 missing=0"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_check_is_finished_by_the_next(registry, settings):
    registry.gate.clear()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CTGOV_API_URL": settings.CTGOV_API_URL,
        "CTGOV_PAUSE_SECONDS": "0",
    }
    name = connection.settings_dict["NAME"]
    process = subprocess.Popen([sys.executable, "-c", RUN, name], cwd=ROOT, env=environment)
    try:
        assert registry.at_the_gate.wait(60)
        registry.at_the_gate.clear()
        registry.gate.set()  # the first batch is imported
        registry.gate.clear()
        assert registry.at_the_gate.wait(60)  # the third begins: the second had no change
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    registry.gate.set()
    killed = SyncRun.objects.get()
    assert (killed.state, killed.position) == (SyncRun.State.RUNNING, "NCT90000002")
    assert sync(batch=1) == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"
    assert registry.requested_records() == ["NCT90000001", "NCT90000003", "NCT90000003"]
    assert set(RegistryLink.objects.values_list("latest__number", flat=True)) == {1, 2}
