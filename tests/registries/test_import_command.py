"""The last line and the exit code of `import_ctgov` for valid and invalid input."""

import gzip
import io
import json
import os
import random
import string
from collections import Counter
from http.client import IncompleteRead

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from registries.ctgov import client
from registries.management.inputs import Sources
from registries.management.progress import Progress
from registries.models import ImportRun, QuarantinedRecord
from tests.registries.test_import import location, record, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(tmp_path):
    """Writes records into a file and returns its path."""

    def write(*records: dict, name: str = "records.ndjson") -> str:
        path = tmp_path / name
        path.write_text("\n".join(map(json.dumps, records)))
        return str(path)

    return write


def run(*sources: str, **options) -> tuple[str, int]:
    """The last line and the exit code."""
    output, code = io.StringIO(), 0
    try:
        call_command("import_ctgov", *sources, stdout=output, stderr=io.StringIO(), **options)
    except SystemExit as end:
        code = end.code
    return output.getvalue().splitlines()[-1], code


def test_the_last_line_has_the_counts_and_a_valid_file_exits_with_0(source):
    assert run(source(record(), record(90_000_002))) == ("created=2 updated=0 unchanged=0 quarantined=0", 0)


def test_a_truncated_gzip_file_is_imported_partly_and_exits_with_1(tmp_path):
    path = tmp_path / "cut.ndjson.gz"
    zipped = gzip.compress("\n".join(json.dumps(record(90_000_000 + n)) for n in range(50)).encode())
    path.write_bytes(zipped[:-20])
    output, code = run(str(path))
    assert (output.endswith("quarantined=1"), code) == (True, 1)
    assert Trial.objects.exists()


def test_nothing_is_imported_when_one_file_is_missing(source, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_ctgov", source(record()), str(tmp_path / "missing.ndjson"), stderr=io.StringIO())
    assert not Trial.objects.exists()


@pytest.mark.parametrize("error", [IncompleteRead(b""), ConnectionResetError("reset"), TimeoutError("too slow")])
def test_an_interrupted_response_gives_a_readable_error(monkeypatch, error):
    def broken(*args, **options):
        raise error

    monkeypatch.setattr(client.urllib.request, "urlopen", broken)
    with pytest.raises(CommandError, match="NCT90000001: the registry cannot be reached"):
        call_command("import_ctgov", "NCT90000001", stderr=io.StringIO())


def test_a_record_refused_by_the_database_is_quarantined_and_the_others_are_imported(source):
    too_long_for_an_index = "".join(random.Random(1).choices(string.ascii_letters, k=20_000))
    refused = with_locations(location("Hospital 1", city=too_long_for_an_index), number=90_000_002)
    path = source(record(), refused, record(90_000_003))
    assert run(path) == ("created=2 updated=0 unchanged=0 quarantined=1", 1)
    assert QuarantinedRecord.objects.get().reason.startswith("NCT90000002: the database refuses it")


@pytest.mark.parametrize("verified", ["9998-05", "9999-12-31"])
def test_dates_up_to_the_year_9999_are_accepted(source, verified):
    late = record()
    dates = {"statusVerifiedDate": verified, "completionDateStruct": {"date": "9999"}}
    late["protocolSection"]["statusModule"] |= dates
    assert run(source(late)) == ("created=1 updated=0 unchanged=0 quarantined=0", 0)


def test_an_interrupt_gives_a_message_and_keeps_complete_studies(source, monkeypatch):
    monkeypatch.setattr("registries.ctgov.importing.run.BATCH_SIZE", 1)
    path = source(record(), record(90_000_002))

    def interrupted(progress, counts):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "show", interrupted)
        with pytest.raises(CommandError, match="Stopped") as stopped:
            call_command("import_ctgov", path, stderr=io.StringIO())
    assert path not in {os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")}
    assert (stopped.value.returncode, ImportRun.objects.get().state) == (130, ImportRun.State.FAILED)
    assert run(path) == ("created=1 updated=0 unchanged=1 quarantined=0", 0)


def test_a_killed_run_is_marked_as_failed_by_the_next(source):
    killed = ImportRun.objects.create(author="test", source="test")
    run(source(record()))
    killed.refresh_from_db()
    assert killed.state == ImportRun.State.FAILED


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_with_rate_and_remaining_time():
    terminal = Terminal()
    progress = Progress(OutputWrapper(terminal), lambda: 0.5)
    progress.show(Counter(created=1000))
    assert f"{'█' * 15}{'░' * 15}  50%  1,000 records, " in terminal.getvalue()
    assert terminal.getvalue().endswith("0 s left")
    progress.end()
    assert terminal.getvalue().endswith("\r\033[K")


def test_without_a_terminal_plain_lines_show_the_progress(monkeypatch):
    monkeypatch.setattr("registries.management.progress.LINE_INTERVAL", 0)
    plain = io.StringIO()
    progress = Progress(OutputWrapper(plain), lambda: None)
    progress.show(Counter(created=1000))
    progress.end()
    assert plain.getvalue().startswith("1,000 records, ")
    assert plain.getvalue().count("\n") == 1


def test_the_share_is_measured_in_bytes_of_all_files(source):
    sources = Sources([source(record()), source(record(90_000_002), name="more.ndjson")])
    shares = [round(sources.share(), 1) for _ in sources]
    assert [*shares, sources.share()] == [0.5, 1.0, 1.0]


def test_the_share_of_a_pipe_is_unknown(source):
    assert Sources([source(record()), "-"]).share() is None
