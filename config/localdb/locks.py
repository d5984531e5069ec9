"""File locks, released by the kernel when the holding process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.localdb.folders import make_folder


class LockBusyError(Exception):
    """Another process holds the lock, and waiting was not requested."""


@contextmanager
def exclusive(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file alone. Raises LockBusyError when `wait` is false and somebody holds it."""
    descriptor = _open_and_lock(path, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        os.close(descriptor)


class SharedLock:
    """Held by this process, together with others, until dropped.

    A forked child inherits the descriptor and with it the lock. It lets go at once: a worker that never connects must
    not keep the database up, and one that does takes a lock of its own.
    """

    def __init__(self, path: Path):
        self.path = path
        self._descriptor: int | None = None
        os.register_at_fork(after_in_child=self.drop)

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def hold(self) -> None:
        if not self.is_held:
            self._descriptor = _open_and_lock(self.path, fcntl.LOCK_SH)

    def drop(self) -> None:
        """Close, never unlock: unlocking would also unlock the process that we were forked from."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _open_and_lock(path: Path, operation: int) -> int:
    """Open and lock; the descriptor. A file that was removed while we waited guards nothing: take the new one."""
    while True:
        make_folder(path.parent)
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, operation)
        except BlockingIOError as error:
            os.close(descriptor)
            raise LockBusyError(path) from error
        if _is_still_there(path, descriptor):
            return descriptor
        os.close(descriptor)


def _is_still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
