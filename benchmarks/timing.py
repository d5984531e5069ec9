"""Measures elapsed time and processor time; on a shared machine, processor time is more reliable."""

from contextlib import suppress
from dataclasses import dataclass
from os import sysconf
from pathlib import Path
from time import perf_counter, process_time


@dataclass(slots=True)
class TimeSpent:
    """Seconds: elapsed, processor time of this process, and of its database server process (0 on another machine)."""

    clock: float = 0.0
    ours: float = 0.0
    servers: float = 0.0

    @property
    def work(self) -> float:
        return self.ours + self.servers

    def __add__(self, other: "TimeSpent") -> "TimeSpent":
        return TimeSpent(self.clock + other.clock, self.ours + other.ours, self.servers + other.servers)

    def __sub__(self, other: "TimeSpent") -> "TimeSpent":
        return TimeSpent(self.clock - other.clock, self.ours - other.ours, self.servers - other.servers)


def read_clocks(connection) -> TimeSpent:
    """The current clocks; the difference of two calls is the time between them. `connection`: Django's or psycopg's."""
    if hasattr(connection, "ensure_connection"):
        connection.ensure_connection()
        connection = connection.connection
    return TimeSpent(perf_counter(), process_time(), _processor_time(connection.info.backend_pid))


def _processor_time(pid: int) -> float:
    """A process' processor time in seconds; 0 where /proc does not have it."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")
    return 0.0
