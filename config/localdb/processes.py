"""Run PostgreSQL's own programs, and look at processes."""

import os
import subprocess
import tempfile
from pathlib import Path

import psycopg

from config.localdb.account import Account


class ServerDownError(psycopg.OperationalError):
    """The embedded server cannot be started or reached; says why, in the server's own words where it has some."""


def run_tool(program: Path, *arguments: str, account: Account) -> None:
    """Run a program; raises ServerDownError with its output.

    Its output goes to a file, never to a pipe: the server inherits it, and reading would wait for the server's end.
    """
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            **account.process_options(),
        )
        output.seek(0)
        if done.returncode:
            message = output.read().decode(errors="replace").strip()
            raise ServerDownError(f"{program.name} {arguments[0]} failed: {message}")


def command_line(pid: int) -> list[str]:
    """A process' arguments; none when it is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
