"""Benchmark of imports: `python -m benchmarks.import_records [--studies 57000] [--profile lean]`.

In one run, on a temporary database: the first import, the bare COPY of the rows that it wrote, the same file again,
a file with 1 % changed, and new studies into the filled database. Only ratios are comparable between machines; on a
busy machine, ratios of processor time (ours and the server's) more than those of elapsed time.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.database import throwaway_database
from benchmarks.generator import PROFILES, changed, new_version, records, write
from benchmarks.timing import TimeSpent

SHARE = 0.01
FLOOR_ROUNDS = 3
#: Tables of a plain registry, whose rows the baselines in README.md count.
PLAIN = ("sites_facility", "trials_trial", "sites_trialsite", "contacts_role")


@dataclass(slots=True)
class Import:
    """The time of one import. `base` is without documents and search rows."""

    whole: TimeSpent
    publishing: TimeSpent
    counts: str
    peak: float

    @property
    def base(self) -> TimeSpent:
        return self.whole - self.publishing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_records", description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=57_000)
    parser.add_argument(
        "--profile", choices=PROFILES, default="lean", help="size of the records (default: %(default)s)"
    )
    parser.add_argument("--profiled", type=Path, metavar="FILE", help="keep cProfile's figures of the first import")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, throwaway_database("import"):
        measure(options.studies, options.profile, Path(folder), options.profiled)


def measure(studies: int, profile: str, folder: Path, profiled: Path | None) -> None:
    sources = make_sources(studies, profile, folder)
    first = run_import("first import", sources["first"], studies, profiled)
    bare = measure_baselines(folder, first, studies)
    again = run_import("unchanged again", sources["first"], studies)
    whole = run_import(f"whole file, {SHARE:.0%} changed", sources["whole"], studies)
    only = run_import(f"only the changed {SHARE:.0%}", sources["only"], round(studies * SHARE))
    more = run_import("new ones, filled database", sources["more"], studies // 10)
    print_goals(first, bare, again, only, max(run.peak for run in (first, again, whole, only, more)))


def make_sources(studies: int, profile: str, folder: Path) -> dict[str, Path]:
    """The files to import. `whole` has 1 % in a new version; `only` has just these, in a still newer version."""
    files = {name: folder / f"{name}.ndjson" for name in ("first", "whole", "only", "more")}
    size = write(files["first"], records(studies, profile=profile))
    every = round(1 / SHARE)
    write(files["whole"], changed(records(studies, profile=profile), SHARE))
    due = islice(records(studies, profile=profile), every - 1, None, every)
    write(files["only"], (new_version(new_version(study)) for study in due))
    write(files["more"], records(studies // 10, profile=profile, first=studies + 1, of=studies))
    print(f"{studies:,} studies of {size / studies / 1000:.1f} KB\n")
    print(f"{'':28}   clock s  studies/s  processor s: ours  server's  documents and search  peak MiB")
    return files


def run_import(what: str, source: Path, studies: int, profiled: Path | None = None) -> Import:
    """Import a file in a child process, and print the time."""
    command = [sys.executable, "-m", "benchmarks.import_worker", str(source), *([str(profiled)] if profiled else [])]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result = json.loads(process.stdout.splitlines()[-1])
    run = Import(TimeSpent(**result["all"]), TimeSpent(**result["publishing"]), result["counts"], result["peak"])
    print(
        f"{what:28} {run.whole.clock:9.2f} {studies / run.whole.clock:10,.0f} {run.whole.ours:18.2f} "
        f"{run.whole.servers:9.2f} {run.publishing.clock:21.2f} {run.peak:9.0f}  {run.counts}",
        flush=True,
    )
    return run


def measure_baselines(folder: Path, first: Import, studies: int) -> TimeSpent:
    """Measure and print the baselines; returns that of bare COPY."""
    from benchmarks import copy_baseline

    counts = copy_baseline.row_counts(copy_baseline.BASE)
    files = copy_baseline.dump(counts, folder)
    times: dict[str, list[TimeSpent]] = {shape: [] for shape in copy_baseline.SHAPES}
    for _ in range(FLOOR_ROUNDS):
        for shape, spent in times.items():
            spent.append(copy_baseline.copy_into_empty_tables(files, shape))
    for path in files.values():
        path.unlink()
    medians = {shape: _median(spent) for shape, spent in times.items()}
    for shape, spent in medians.items():
        print(
            f"{f'COPY of the rows, {shape}':28} {spent.clock:9.2f} {studies / spent.clock:10,.0f} {spent.ours:18.2f} "
            f"{spent.servers:9.2f}   import: {spent.clock / first.base.clock:.2f} of this rate"
        )
    plain = sum(counts.get(table, 0) for table in PLAIN)
    print(f"rows: {plain:,} of a plain registry, {sum(counts.values()):,} of ours: ", end="")
    print(", ".join(f"{table} {count:,}" for table, count in counts.items()))
    return medians["bare"]


def _median(spent: list[TimeSpent]) -> TimeSpent:
    return TimeSpent(*(median(getattr(one, name) for one in spent) for name in ("clock", "ours", "servers")))


def print_goals(first: Import, bare: TimeSpent, again: Import, only: Import, peak: float) -> None:
    """Print the ratio of each goal, by elapsed time and by processor time."""
    ratios = {
        "base tables, rate ÷ bare COPY's    (≥ 0.45)": (bare, first.base),
        "first import ÷ unchanged           (≥ 3)": (first.whole, again.whole),
        "only the 1 % changed ÷ first       (≤ 0.05)": (only.whole, first.whole),
    }
    print(f"\n{'':44} clock  processor")
    for what, (one, other) in ratios.items():
        print(f"{what:44} {one.clock / other.clock:5.2f} {one.work / other.work:10.2f}")
    print(f"{'highest peak                       (≤ 600 MiB)':44} {peak:5.0f}")


if __name__ == "__main__":
    main()
