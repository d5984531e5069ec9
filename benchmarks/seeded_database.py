"""A temporary database with synthetic studies, for benchmarks that read."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.database import throwaway_database
from benchmarks.generator import records, write


def arguments(module: str, caption: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=caption)
    parser.add_argument("--studies", type=int, default=57_000)
    parser.add_argument("--keep", action="store_true", help="keep the filled database for the next run (DATABASE_URL)")
    return parser


@contextmanager
def filled_database(studies: int, *, keep: bool = False) -> Iterator[None]:
    """Django set up on a database with this number of lean studies, published and analyzed."""
    with throwaway_database(f"filled_{studies}", keep=keep):
        from trials.models import Trial

        if Trial.objects.count() != studies:
            seed_database(studies)
        yield


def seed_database(studies: int) -> None:
    from django.db import connection

    from publishing.rebuild import optimize_tables

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "studies.ndjson"
        write(source, records(studies, profile="lean"))
        command = [sys.executable, "-m", "benchmarks.import_worker", str(source)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    optimize_tables()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
