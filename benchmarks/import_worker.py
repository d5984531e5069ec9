"""One import in a process of its own, to measure its memory: `python -m benchmarks.import_worker FILE [PROFILE]`.

Prints a line of JSON: the time in total, and of documents and search rows, the counts, and the memory peak in MiB.
`PROFILE` is a file for cProfile's output, read with `python -m pstats`; profiling slows the import down.
"""

import cProfile
import json
import resource
import sys
from contextlib import nullcontext
from dataclasses import asdict
from time import process_time

import django

from benchmarks import timing


def main(source: str, profile: str = "") -> None:
    django.setup()
    from django.db import connection

    from registries.ctgov.importing import batch
    from registries.ctgov.importing.run import import_records
    from registries.ctgov.source_files import iter_records

    publishing = TimedFunction(batch.publish_trial_data, connection)
    batch.publish_trial_data = publishing
    started = timing.read_clocks(connection)
    with cProfile.Profile(process_time) if profile else nullcontext() as profiler:
        run = import_records(iter_records(source), source=source)
    spent = timing.read_clocks(connection) - started
    if profiler:
        profiler.dump_stats(profile)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parts = {"all": asdict(spent), "publishing": asdict(publishing.spent)}
    print(json.dumps(parts | {"counts": run.summary, "peak": peak}))


class TimedFunction:
    """Wraps a function and sums the time of its calls."""

    def __init__(self, function, connection):
        self.function, self.connection, self.spent = function, connection, timing.TimeSpent()

    def __call__(self, *args, **kwargs):
        started = timing.read_clocks(self.connection)
        try:
            return self.function(*args, **kwargs)
        finally:
            self.spent += timing.read_clocks(self.connection) - started


if __name__ == "__main__":
    main(*sys.argv[1:])
