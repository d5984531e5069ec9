"""Choice of the data folder and of the binaries for an ordinary user."""

import os

import pytest

from config.localdb.account import Account
from config.localdb.binaries import ProgramsMissingError, find_programs, major_version
from config.localdb.folders import make_folder, make_private_folder
from config.localdb.server import LONGEST_FOLDER, socket_folder

CURRENT_ACCOUNT = Account(os.geteuid(), os.getegid())


def test_the_socket_lies_in_the_data_folder_unless_its_path_is_too_long(tmp_path):
    assert socket_folder(tmp_path) == tmp_path / "socket"
    far = tmp_path / ("x" * LONGEST_FOLDER)
    assert socket_folder(far).parent.as_posix() == "/tmp"
    assert socket_folder(far) == socket_folder(far) != socket_folder(far / "y")


def test_a_socket_folder_of_another_user_is_rejected(tmp_path, monkeypatch):
    (tmp_path / "socket").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: CURRENT_ACCOUNT.uid + 1)

    with pytest.raises(PermissionError, match="belongs to somebody else"):
        make_private_folder(tmp_path / "socket", Account(CURRENT_ACCOUNT.uid + 1, CURRENT_ACCOUNT.gid))


def test_a_data_folder_is_never_listed_by_others(tmp_path):
    make_folder(tmp_path / "deep/data")

    assert not (tmp_path / "deep/data").stat().st_mode & 0o066


def test_configured_binaries_must_exist(tmp_path):
    with pytest.raises(ProgramsMissingError, match="PG_BINDIR is"):
        find_programs(str(tmp_path))


def test_postgresql_14_is_too_old(tmp_path):
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
    (tmp_path / "postgres").chmod(0o755)

    with pytest.raises(ProgramsMissingError, match="needs 15 or newer"):
        major_version(find_programs(str(tmp_path)))


def test_every_account_has_a_mode_bit_that_decides(tmp_path):
    stranger = Account(CURRENT_ACCOUNT.uid + 1, CURRENT_ACCOUNT.gid + 1)
    neighbour = Account(CURRENT_ACCOUNT.uid + 1, tmp_path.stat().st_gid)
    tmp_path.chmod(0o710)

    assert [account.may_enter(tmp_path) for account in (CURRENT_ACCOUNT, neighbour, stranger)] == [True, True, False]
    assert stranger.may_enter(tmp_path / "not there yet")
