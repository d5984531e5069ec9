"""The embedded PostgreSQL under failures: no data is lost and no process is left behind."""

import os
import signal
import subprocess

import pytest

from config.localdb.account import server_account
from config.localdb.server import socket_folder
from tests.config.processes import processes_of, wait_for_the_end


@pytest.fixture
def unrelated_process(machine):
    """A process under the server's account that has nothing to do with it."""
    account = machine.account or server_account(machine.folder).process_options()
    process = subprocess.Popen(["sleep", "600"], **account)
    yield process
    process.kill()
    process.wait()


def test_the_first_process_starts_the_server_and_the_last_one_stops_it(machine):
    first, second = machine.user("one"), machine.user()
    first.listen()
    assert second.listen()["version"] >= 15

    first.finish()
    assert processes_of(machine.folder)

    second.finish()
    assert machine.is_deserted()
    assert machine.visit() == ["one"]


def test_a_killed_owner_loses_nothing(machine):
    owner = machine.user("one")
    owner.listen()
    owner.kill()

    assert machine.visit("two") == ["one", "two"]
    assert machine.is_deserted()


def test_a_killed_postmaster_is_replaced_at_once(machine):
    owner = machine.user("one")
    owner.listen()
    orphans = processes_of(machine.folder)
    os.kill(machine.postmaster(), signal.SIGKILL)

    assert machine.visit("two") == ["one", "two"]
    assert owner.process.poll() is None

    owner.finish()
    wait_for_the_end(orphans)
    assert machine.is_deserted()


def test_a_pid_file_with_the_pid_of_another_process_is_ignored(machine, unrelated_process):
    machine.visit("one")
    remains = machine.folder / "postgres/postmaster.pid"
    remains.write_text(
        f"{unrelated_process.pid}\n{machine.folder}/postgres\n0\n5432\n{machine.folder}/socket\n\n0 0\nready\n"
    )
    if machine.account:
        os.chown(remains, machine.account["user"], machine.account["group"])

    assert machine.visit("two") == ["one", "two"]

    assert unrelated_process.poll() is None
    assert machine.is_deserted()


def test_four_cold_starts_at_once_share_one_server(machine):
    users = [machine.user(word) for word in ["one", "two", "three", "four"]]

    for user in users:
        user.listen()
    assert len([pid for pid in processes_of(machine.folder) if pid == machine.postmaster()]) == 1

    for user in users:
        user.finish()
    assert machine.is_deserted()
    assert machine.visit() == ["four", "one", "three", "two"]


def test_a_path_too_long_for_a_socket_is_supported(machine):
    machine.folder = machine.folder / "a folder's long name" / ("x" * 120)

    assert machine.visit("one") == ["one"]

    assert machine.is_deserted()
    assert not socket_folder(machine.folder).exists()
    assert machine.visit() == ["one"]


def test_a_server_with_a_removed_socket_is_restarted(machine):
    owner = machine.user("one")
    owner.listen()
    lost = machine.postmaster()
    (machine.folder / "socket/.s.PGSQL.5432").unlink()

    assert machine.visit("two") == ["one", "two"]

    wait_for_the_end([lost])
    owner.kill()
    machine.visit()
    assert machine.is_deserted()


def test_a_first_start_that_was_killed_half_way_is_done_again(machine):
    (machine.folder / "postgres.unfinished/base").mkdir(parents=True)
    if machine.account:
        for folder in [
            machine.folder,
            machine.folder / "postgres.unfinished",
            machine.folder / "postgres.unfinished/base",
        ]:
            os.chown(folder, machine.account["user"], machine.account["group"])

    assert machine.visit("one") == ["one"]
    assert machine.is_deserted()


def test_environment_variables_of_other_servers_are_ignored(machine):
    machine.extra_environment = {"PGPORT": "6543", "PGHOST": "elsewhere", "PGUSER": "somebody", "PGDATABASE": "other"}

    assert machine.visit("one") == ["one"]
    assert machine.is_deserted()
