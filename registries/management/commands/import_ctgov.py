"""`manage.py import_ctgov SOURCE…`: records of ClinicalTrials.gov in, one summary line out."""

import re
import sys
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError

from registries.ctgov.client import fetch_studies
from registries.ctgov.importing import import_records
from registries.ctgov.sources import Raw, SourceError, records_in
from registries.management.progress import Progress
from registries.models import ImportRun

NCT_ID = re.compile(r"NCT\d{8}", re.IGNORECASE)


class Command(BaseCommand):
    help = "Import ClinicalTrials.gov records from files (plain or .gz), standard input (-) or by NCT number (fetched)."

    def add_arguments(self, parser):
        parser.add_argument(
            "sources", nargs="+", metavar="SOURCE", help="A file, - for standard input, or an NCT number."
        )
        parser.add_argument("--dry-run", action="store_true", help="Tell what would change, and change nothing.")
        parser.add_argument("--author", default="import:ctgov", help="Who asks for it, as a key. Default: %(default)s.")

    def handle(self, *args, sources, dry_run, author, **options):
        progress = Progress(self.stderr)
        try:
            run = import_records(
                _records(sources), source=" ".join(sources), author=author, dry=dry_run, progress=progress.show
            )
        except SourceError as error:
            raise CommandError(str(error)) from error
        finally:
            progress.end()
        self._tell(run)
        if run.quarantined:
            sys.exit(1)

    def _tell(self, run: ImportRun) -> None:
        for place, reason in run.quarantined_records.order_by("id").values_list("place", "reason").iterator():
            self.stderr.write(f"{place}: {reason}")
        if run.is_dry:
            self.stdout.write("Dry run: nothing was changed.")
        self.stdout.write(run.summary)


def _records(sources: list[str]) -> Iterator[Raw]:
    numbers = [source.upper() for source in sources if NCT_ID.fullmatch(source)]
    yield from fetch_studies(numbers) if numbers else ()
    for source in sources:
        if not NCT_ID.fullmatch(source):
            yield from records_in(sys.stdin.buffer if source == "-" else source)
