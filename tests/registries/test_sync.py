"""`sync_ctgov` asks the registry what changed, politely, and goes on where it was broken off."""

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
    """Three trials that are here, two of them changed at the registry since."""
    records = [a_record(number) for number in (1, 2, 3)]
    run_import(*records)
    fake = FakeRegistry(retitled(records[0]), records[1], retitled(records[2]))
    with fake.serving() as address:
        settings.CTGOV_API_URL, settings.CTGOV_PAUSE_SECONDS = address, 0
        yield fake


def sync(*numbers: str, **options) -> str:
    told = io.StringIO()
    call_command("sync_ctgov", *numbers, stdout=told, stderr=io.StringIO(), **{"force": True} | options)
    return told.getvalue().splitlines()[-1]


@pytest.mark.django_db
def test_only_what_changed_is_fetched_and_taken_in(registry):
    assert sync() == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"
    assert registry.whole_records_asked() == ["NCT90000001", "NCT90000003"]
    assert Trial.objects.filter(brief_title="A better title").count() == 2
    assert registry.agents == {"Sitelight (recruitment status of trial sites)"}


@pytest.mark.django_db
def test_a_second_check_asks_one_question_a_page_and_changes_nothing(registry):
    sync()
    before, asked, runs = everything(), len(registry.asked), ImportRun.objects.count()
    assert sync() == "created=0 updated=0 unchanged=3 quarantined=0 missing=0"
    assert everything() == before
    assert [one.get("pageToken") for one in registry.asked[asked:]] == [None, "2"]
    assert ImportRun.objects.count() == runs


@pytest.mark.django_db
def test_some_numbers_can_be_asked_for(registry):
    assert sync("nct90000003") == "created=0 updated=1 unchanged=0 quarantined=0 missing=0"


@pytest.mark.django_db
def test_a_number_that_is_not_here_is_told(registry):
    with pytest.raises(CommandError, match="No such trial: NCT90000009"):
        sync("NCT90000009")
    assert not registry.asked


@pytest.mark.django_db
def test_it_is_off_until_it_is_switched_on(registry, settings):
    assert "switched off" in sync(force=False)
    assert not registry.asked
    settings.CTGOV_SYNC = True
    assert sync(force=False).startswith("created=0 updated=2")


@pytest.mark.django_db
def test_what_the_registry_no_longer_has_is_counted(registry):
    del registry.records["NCT90000002"]
    assert sync() == "created=0 updated=2 unchanged=0 quarantined=0 missing=1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [(429, {"Retry-After": "0"}), (429, {"Retry-After": "1"}), (500, {}), b'{"studies": [{"protocolSec', b"<html>"],
)
def test_what_passes_is_asked_again(registry, fault, monkeypatch):
    waited = []
    monkeypatch.setattr("registries.ctgov.client.time.sleep", waited.append)
    registry.faults.append(fault)
    assert sync() == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"
    asked_to_wait = isinstance(fault, tuple) and float(fault[1].get("Retry-After", 0))
    assert max(waited) == asked_to_wait


@pytest.mark.django_db
def test_it_waits_between_two_requests_and_longer_after_each_fault(registry, settings, monkeypatch):
    waited = []
    monkeypatch.setattr("registries.ctgov.client.time.sleep", waited.append)
    settings.CTGOV_PAUSE_SECONDS = 2
    registry.faults.extend([(503, {}), (503, {})])
    sync("NCT90000002")
    assert waited == [2, 2, 2, 4, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("tokens", ["1111", "1212"])
def test_pages_that_go_round_in_a_circle_end_it_in_words(registry, tokens):
    registry.faults.extend(f'{{"studies": [], "nextPageToken": "{token}"}}'.encode() for token in tokens)
    with pytest.raises(CommandError, match=r"it repeats a page.*The next check continues"):
        sync()
    assert len(registry.faults) == len(tokens) - len({*tokens}) - 1
    registry.faults.clear()
    assert sync() == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"


@pytest.mark.django_db
@pytest.mark.parametrize("faults", [[(500, {})] * 5, [(404, {})], [(429, {"Retry-After": "9999"})]])
def test_a_registry_that_stays_away_ends_it_in_words_and_the_next_one_goes_on(registry, faults):
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
def test_a_record_that_cannot_be_read_is_quarantined_and_the_others_go_in(registry):
    protocol(registry.records["NCT90000001"])["statusModule"]["overallStatus"] = "OPEN"
    with pytest.raises(SystemExit):
        sync()
    assert SyncRun.objects.get().summary == "created=0 updated=1 unchanged=1 quarantined=1 missing=0"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_that_is_killed_midway_is_finished_by_the_next(registry, settings):
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
        registry.gate.set()  # the first batch goes in
        registry.gate.clear()
        assert registry.at_the_gate.wait(60)  # the third begins: the second had nothing new
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    registry.gate.set()
    killed = SyncRun.objects.get()
    assert (killed.state, killed.position) == (SyncRun.State.RUNNING, "NCT90000002")
    assert sync(batch=1) == "created=0 updated=2 unchanged=1 quarantined=0 missing=0"
    assert registry.whole_records_asked() == ["NCT90000001", "NCT90000003", "NCT90000003"]
    assert set(RegistryLink.objects.values_list("latest__number", flat=True)) == {1, 2}
