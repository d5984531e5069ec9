"""The PostgreSQL of one data folder: make it, start it, stop it, ask whether it is there.

Nothing here locks; `cluster` calls it with the gate held.
"""

import os
import shlex
import shutil
import time
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from config.localdb.account import Account, server_account
from config.localdb.binaries import ProgramsMissingError, accessible_programs, find_programs, major_version
from config.localdb.folders import make_private_folder, short_name
from config.localdb.processes import ServerDownError, command_line, last_lines, run_tool

PORT = 5432  # part of the socket's name; always given, or PGPORT would apply
LONGEST_FOLDER = 80  # a socket's path has about 100 characters, its name takes some
STARTS = 3  # after kill -9 of the postmaster its children hold the shared memory for a moment
TIMEOUT_SECONDS = 60  # seconds for a server that is starting or stopping
NO_DURABILITY_OPTIONS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def socket_folder(folder: Path) -> Path:
    """Inside the data folder; for a long path a folder in /tmp (not $TMPDIR: every user of the data must find it)."""
    inside = folder / "socket"
    return inside if len(os.fsencode(inside)) <= LONGEST_FOLDER else Path("/tmp") / f"sitelight-{short_name(folder)}"


class Server:
    def __init__(self, folder: Path, programs: str = ""):
        self.folder = folder
        self.cluster = folder / "postgres"
        self.sockets = socket_folder(folder)
        self.address = {"host": str(self.sockets), "port": PORT, "user": "postgres", "dbname": "postgres"}
        self.named_programs = programs

    @cached_property
    def account(self) -> Account:
        return server_account(self.folder)

    @cached_property
    def programs(self) -> Path:
        try:
            return accessible_programs(find_programs(self.named_programs), self.account, self.folder / "programs")
        except ProgramsMissingError as error:
            raise ServerDownError(str(error)) from error

    def ping(self) -> int:
        return PGconn.ping(make_conninfo(**self.address, connect_timeout=5).encode())

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(**self.address, autocommit=True)

    def start(self, *, hasty: bool = False) -> None:
        """Make sure that it answers. `hasty` trades durability for speed, for disposable data."""
        if self._settled_ping() == Ping.OK:
            return
        self._clear_stale_files()
        if not self.cluster.exists():
            self._make_cluster(hasty=hasty)
        self._check_version()
        make_private_folder(self.sockets, self.account)
        self._start_with_retries(NO_DURABILITY_OPTIONS if hasty else [])

    def stop(self, *, mode: str = "fast") -> None:
        if self._pid() is not None:
            self._control("stop", "-m", mode)
        if self.sockets.parent != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _settled_ping(self) -> int:
        """What it answers once it is no longer on its way up or down (somebody died while starting or stopping it)."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while (answer := self.ping()) == Ping.REJECT and time.monotonic() < deadline:
            time.sleep(0.05)
        return answer

    def _clear_stale_files(self) -> None:
        """Nobody answers: end a server whose socket was taken away, then remove what a dead one left."""
        if self._pid() is not None:
            self._control("stop", "-m", "fast")
        for remains in [self.cluster / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]:
            remains.unlink(missing_ok=True)

    def _pid(self) -> int | None:
        """The live server's. The pid file alone proves nothing: its number may be a stranger's by now or a zombie's."""
        try:
            recorded = int((self.cluster / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        return recorded if str(self.cluster) in command_line(recorded) else None

    def _make_cluster(self, *, hasty: bool) -> None:
        """Beside its place and then moved there: a half-made cluster never looks like a whole one."""
        unfinished = self.folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_folder(unfinished, self.account)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--text-search-config=english"]
        options += ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if self._version() >= 17 else [])]
        options += ["--no-sync"] if hasty else []
        run_tool(self.programs / "initdb", f"--pgdata={unfinished}", *options, account=self.account)
        unfinished.rename(self.cluster)

    def _check_version(self) -> None:
        made_by = int((self.cluster / "PG_VERSION").read_text())
        if made_by != self._version():
            raise ServerDownError(
                f"The data in {self.folder} is PostgreSQL {made_by}'s, but {self.programs} holds {self._version()}. "
                "Name fitting binaries in PG_BINDIR, or another folder in SITELIGHT_DATA_DIR."
            )

    def _version(self) -> int:
        try:
            return major_version(self.programs)
        except ProgramsMissingError as error:
            raise ServerDownError(str(error)) from error

    def _start_with_retries(self, options: list[str]) -> None:
        listed = '"' + str(self.sockets).replace('"', '""') + '"'
        where = ["-p", str(PORT), "-c", "listen_addresses=", "-c", f"unix_socket_directories={listed}"]
        log = self.cluster / "server.log"
        for attempt in range(STARTS):
            try:
                return self._control("start", "-l", str(log), "-o", shlex.join([*where, *options]))
            except ServerDownError as error:
                if attempt == STARTS - 1:
                    raise ServerDownError(f"{error}\n{last_lines(log)}") from error
                time.sleep(1)

    def _control(self, verb: str, *arguments: str) -> None:
        control = self.programs / "pg_ctl"
        run_tool(
            control, verb, "-w", "-t", str(TIMEOUT_SECONDS), "-D", str(self.cluster), *arguments, account=self.account
        )
