"""One import in a process of its own, so that its memory is its own: `python -m benchmarks.import_worker FILE [PROFILE]`.

Prints a line of JSON: what was spent in all, what of it for documents and search rows, the counts, the peak in MiB.
`PROFILE` names a file for cProfile's figures of our own processor time, read with `python -m pstats`; it slows
everything down.
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
    """A function that adds up what is spent in it."""

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
