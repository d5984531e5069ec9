"""Users of an embedded database: real processes, as root and as an ordinary account."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.config.processes import processes_of, wait_for_the_end

PROJECT = Path(__file__).resolve().parents[2]


class DatabaseUser:
    """One process that has joined the database."""

    def __init__(self, process: subprocess.Popen):
        self.process = process

    def listen(self) -> dict:
        """What it found in the database. Fails with what it wrote when it could not join."""
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        return json.loads(line)

    @property
    def words(self) -> list[str]:
        return self.listen()["words"]

    def finish(self) -> None:
        _output, complaints = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, complaints

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Machine:
    """A data folder, and processes under one account that use it."""

    folder: Path
    account: dict
    python: str
    programs: str = ""
    extra_environment: dict = field(default_factory=dict)
    started: list[DatabaseUser] = field(default_factory=list)

    def user(self, word: str = "", folder: Path | None = None) -> DatabaseUser:
        """A new process that joins, and writes the word if there is one. Does not wait for it."""
        arguments = ["-m", "tests.config.database_user", str(folder or self.folder), self.programs, word]
        paths = {"PYTHONPATH": f"{PROJECT}:{sysconfig.get_path('purelib')}", "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            [self.python, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env={"PATH": os.defpath, **paths, **self.extra_environment},
            **self.account,
        )
        self.started.append(DatabaseUser(process))
        return self.started[-1]

    def visit(self, word: str = "") -> list[str]:
        """Join, look, leave; all words in the database."""
        user = self.user(word)
        words = user.words
        user.finish()
        return words

    def postmaster(self) -> int:
        return int((self.folder / "postgres/postmaster.pid").read_text().split("\n")[0])

    def is_deserted(self) -> bool:
        wait_for_the_end(processes_of(self.folder))
        return not (self.folder / "postgres/postmaster.pid").exists()


@pytest.fixture
def place():
    with open_folder() as folder:
        yield folder


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that every account can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="sitelight-place-"))
    folder.chmod(0o755)
    yield folder
    for pid in processes_of(folder):  # a test failed
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder)


@pytest.fixture
def root_machine(place):
    yield from machine_of(place, *root())


@pytest.fixture
def our_machine(place):
    """Under the account that runs the tests."""
    yield from machine_of(place, {}, sys.executable)


@pytest.fixture
def ordinary_machine(place):
    yield from machine_of(place, *ordinary_user())


@pytest.fixture(params=["root", "an ordinary user"])
def machine(request, place):
    yield from machine_of(place, *(root() if request.param == "root" else ordinary_user()))


def machine_of(place: Path, account: dict, python: str) -> Iterator[Machine]:
    if account:
        os.chown(place, account["user"], account["group"])
    machine = Machine(place / "data", account, python)
    yield machine
    for user in machine.started:
        if user.process.poll() is None:
            user.kill()


def root() -> tuple[dict, str]:
    if os.geteuid() != 0:
        pytest.skip("Only root can see how root fares.")
    return {}, sys.executable


def ordinary_user() -> tuple[dict, str]:
    """Ourselves; for root the account `nobody` and a Python that it can run."""
    if os.geteuid() != 0:
        return {}, sys.executable
    nobody = pwd.getpwnam("nobody")
    account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    for python in [sys.executable, "/usr/bin/python3"]:
        if _runs_our_packages(python, account):
            return account, python
    pytest.skip("There is no Python here that the account `nobody` can run.")


def _runs_our_packages(python: str, account: dict) -> bool:
    environment = {"PYTHONPATH": f"{PROJECT}:{sysconfig.get_path('purelib')}"}
    try:
        script = [python, "-c", "import psycopg, django"]
        return subprocess.run(script, cwd="/", env=environment, capture_output=True, **account).returncode == 0
    except OSError:
        return False
