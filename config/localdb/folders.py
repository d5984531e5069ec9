"""Chooses the data folder: one that is writable and accessible to the server's account."""

import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from config.localdb.account import Account, server_account

SYSTEM_FOLDER = Path("/var/lib/sitelight")


def usable_folder(configured: Path) -> Path:
    """The configured folder, or the first usable fallback; the same setting always gives the same folder."""
    return next((folder for folder in _candidates(configured) if is_usable(folder)), configured)


def is_usable(folder: Path) -> bool:
    """Whether we could keep the database there. Looks only, makes nothing."""
    account = server_account(folder)
    existing = next(place for place in [folder, *folder.parents] if place.exists())
    may_write = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    return may_write and (account.is_ourselves or all(account.may_enter(place) for place in folder.parents))


def make_folder(folder: Path) -> None:
    """Make the data folder and what is missing above it. As root, others may pass through (not list) our own."""
    if folder.exists():
        if os.geteuid() == 0 and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
        return
    _make_parents(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(0o711)


def make_private_folder(folder: Path, account: Account) -> None:
    """A folder for the server's account and nobody else. Raises PermissionError when another user owns it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid not in (os.geteuid(), account.uid):
        raise PermissionError(f"{folder} belongs to somebody else.")
    folder.chmod(0o700)
    if not account.is_ourselves:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def short_name(path: Path) -> str:
    return sha256(os.fsencode(path)).hexdigest()[:16]


def _candidates(configured: Path) -> Iterator[Path]:
    yield configured
    name = short_name(configured)
    yield (SYSTEM_FOLDER if os.geteuid() == 0 else Path.home() / ".local/share/sitelight") / name
    yield Path(tempfile.gettempdir()) / f"sitelight-{os.geteuid()}-{name}"


def _make_parents(folder: Path) -> None:
    if not folder.exists():
        _make_parents(folder.parent)
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)  # whatever the umask: the server's account must pass
