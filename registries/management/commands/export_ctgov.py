"""`manage.py export_ctgov [NCT…|--all] [-o FILE]`: exports trials as registry records, one per line."""

import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from registries.ctgov.export import export_ndjson
from trials.models import Trial


class Command(BaseCommand):
    help = "Export trials as ClinicalTrials.gov API v2 records: NDJSON, one study a line, ordered by NCT number."

    def add_arguments(self, parser):
        parser.add_argument("numbers", nargs="*", metavar="NCT", help="NCT numbers to export.")
        parser.add_argument("--all", action="store_true", help="Export every trial that has an NCT number.")
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="Write to a file, replaced only when all is written."
        )

    def handle(self, *args, numbers, all, output, **options):
        if bool(numbers) == all:
            raise CommandError("Enter NCT numbers, or --all.")
        trials = Trial.objects.all() if all else _trials(numbers)
        with _target(output) as target:
            for line in export_ndjson(trials):
                target.write(line)


def _trials(numbers: list[str]):
    nct_ids = {number.upper() for number in numbers}
    trials = Trial.objects.filter(nct_id__in=nct_ids)
    missing = nct_ids - set(trials.values_list("nct_id", flat=True))
    if missing:
        raise CommandError(f"No such trial: {', '.join(sorted(missing))}.")
    return trials


@contextmanager
def _target(output: str | None):
    """Standard output, or a file that is replaced only when it is complete."""
    if not output:
        yield sys.stdout.buffer
        return
    path = Path(output)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as target:
            yield target
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
