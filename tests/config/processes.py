"""Helpers to inspect processes and to wait for their end without sleeping."""

import os
import select
from pathlib import Path

PATIENCE = 60  # seconds


def processes_of(folder: Path) -> list[int]:
    """Every live process of the PostgreSQL in the data folder: its working folder is the cluster."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _works_in(entry, folder)]


def wait_for_the_end(pids: list[int]) -> None:
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([descriptor], [], [], PATIENCE)
        os.close(descriptor)
        assert ended, f"Process {pid} is still there: {Path(f'/proc/{pid}/cmdline').read_text()}"


def _works_in(entry: Path, folder: Path) -> bool:
    try:
        return (entry / "cwd").readlink().is_relative_to(folder)
    except OSError:
        return False
