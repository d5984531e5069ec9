"""The operating system account of the server. PostgreSQL refuses root; then it is `postgres` or `nobody`."""

import os
import pwd
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = 0


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ourselves(self) -> bool:
        return self.uid == os.geteuid()

    def process_options(self) -> dict:
        """What `subprocess` needs to run a program under this account."""
        return {} if self.is_ourselves else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether the folder's mode lets the account pass. A folder that is not there yet will be ours."""
        if not folder.exists():
            return True
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


def server_account(folder: Path) -> Account:
    """The owner of an existing cluster in the data folder, so that both root and its owner can start it."""
    if os.geteuid() != ROOT:
        return Account(os.geteuid(), os.getegid())
    cluster = folder / "postgres"
    if cluster.exists() and cluster.stat().st_uid != ROOT:
        return Account(cluster.stat().st_uid, cluster.stat().st_gid)
    return _unprivileged_account()


@cache
def _unprivileged_account() -> Account:
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)
