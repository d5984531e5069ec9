"""`./run` with an existing environment: serves, stores its secret, and leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.config.conftest import open_folder
from tests.config.processes import processes_of, wait_for_the_end

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place():
    """One data folder for all starts: only the first one is a cold one."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(place, port):
    """Starts the server and waits until it prints its URL; stops it after the test."""
    started = []

    def start(*arguments: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.serve", *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env=environment(place, port),
            start_new_session=True,
        )
        started.append(process)
        assert any(f"http://127.0.0.1:{port}/" in line for line in process.stdout)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def environment(place: Path, port: int) -> dict:
    inherited = {name: os.environ[name] for name in os.environ if name not in ("DATABASE_URL", "SECRET_KEY", "DEBUG")}
    ours = {"SITELIGHT_DATA_DIR": place / "data", "STATIC_ROOT": place / "static", "PORT": port}
    return inherited | {name: str(value) for name, value in ours.items()}


def status_of(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as answer:
        return answer.status


def test_a_port_in_use_is_named_before_anything_is_started(tmp_path, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        command = [sys.executable, "-m", "config.serve"]
        result = subprocess.run(command, cwd=PROJECT, env=environment(tmp_path, port), capture_output=True, text=True)

    assert result.returncode == 1
    assert f"Port {port} cannot be used" in result.stderr
    assert not (tmp_path / "data").exists()


def test_it_serves_until_stopped_and_leaves_no_process(start, place, port):
    first = start("--no-demo")
    assert status_of(port) == 200
    key = (place / "data/secret_key").read_text()
    assert len(key) > 50
    assert (place / "data/secret_key").stat().st_mode & 0o777 == 0o600
    assert processes_of(place)

    for stop_signal in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
        running = first if stop_signal == signal.SIGINT else start("--no-demo")
        assert status_of(port) == 200
        running.send_signal(stop_signal)
        assert running.wait(timeout=60) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)
        wait_for_the_end(processes_of(place))
        assert not (place / "data/postgres/postmaster.pid").exists()

    assert (place / "data/secret_key").read_text() == key


def test_workers_stop_the_database_after_their_master_was_killed(start, place, port):
    server = start("--no-demo")
    assert status_of(port) == 200

    server.kill()
    server.wait()

    wait_for_the_end(processes_of(place))
    assert not (place / "data/postgres/postmaster.pid").exists()
