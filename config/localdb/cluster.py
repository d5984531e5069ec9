"""One data folder, shared by any number of processes: the first one in starts the server, the last one out stops it.

Two locks tell who is in. The *gate* is held alone, and only while something starts or stops; *users* is held together
for as long as a process uses the database. No process ids are counted, so a `kill -9` cannot leave a wrong count.
"""

import atexit
import logging
import shutil
from functools import cache, cached_property
from pathlib import Path

from psycopg import sql

from config.localdb.locks import LockBusyError, SharedLock, exclusive
from config.localdb.server import Server

logger = logging.getLogger(__name__)


@cache
def cluster_in(folder: Path, programs: str = "", configured: Path | None = None) -> "Cluster":
    """This process' one Cluster for the folder."""
    return Cluster(folder, programs, configured)


class Cluster:
    def __init__(self, folder: Path, programs: str = "", configured: Path | None = None):
        self.folder = folder
        self.configured = configured or folder
        self.server = Server(folder, programs)
        self.gate = folder / "gate"
        self.throwaway_mark = folder / "throw-away"

    @cached_property
    def users(self) -> SharedLock:
        atexit.register(self.leave)
        return SharedLock(self.folder / "users")

    @property
    def is_joined(self) -> bool:
        return self.users.is_held

    def join(self, database: str = "postgres", *, throwaway: bool = False) -> None:
        """Make sure that the server runs and has the database. To be called again when a connection fails.

        A throw-away cluster is fast instead of safe, and removed by the last one out.
        """
        with exclusive(self.gate):
            self.users.hold()
            if throwaway:
                self.throwaway_mark.touch()
            if self.folder != self.configured and not self.server.cluster.exists():
                logger.warning("%s cannot hold the database; its data goes to %s.", self.configured, self.folder)
            self.server.start(hasty=self.throwaway_mark.exists())
            self._make_database(database)

    def leave(self) -> None:
        """Let go; the last one out stops the server. Does nothing in a forked child that never joined."""
        if not self.is_joined or not self.folder.exists():
            return
        with exclusive(self.gate):
            self.users.drop()
            self._stop_if_unused()

    def clear_if_unused(self) -> None:
        """End and remove a throw-away cluster whose users were killed."""
        if self.throwaway_mark.exists():
            try:
                with exclusive(self.gate, wait=False):
                    self._stop_if_unused()
            except LockBusyError:
                pass

    def _stop_if_unused(self) -> None:
        try:
            with exclusive(self.folder / "users", wait=False):
                throwaway = self.throwaway_mark.exists()
                self.server.stop(mode="immediate" if throwaway else "fast")
                if throwaway:
                    shutil.rmtree(self.folder.rename(f"{self.folder}-gone"), ignore_errors=True)
        except LockBusyError:
            pass

    def _make_database(self, name: str) -> None:
        with self.server.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
