"""`manage.py import_ctgov SOURCE…`: imports ClinicalTrials.gov records and prints a summary line."""

import sys
from contextlib import closing

from django.core.management.base import BaseCommand, CommandError

from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import SourceError
from registries.management.inputs import Sources
from registries.management.progress import Progress
from registries.models import ImportRun

INTERRUPTED_MESSAGE = "Stopped. Imported studies are complete; run the same command again to import the rest."


class Command(BaseCommand):
    help = "Import ClinicalTrials.gov records from files (plain or .gz), standard input (-) or by NCT number (fetched)."

    def add_arguments(self, parser):
        parser.add_argument(
            "sources", nargs="+", metavar="SOURCE", help="A file, - for standard input, or an NCT number."
        )
        parser.add_argument("--dry-run", action="store_true", help="Count the changes without saving them.")
        parser.add_argument("--author", default="import:ctgov", help="Actor key of the author. Default: %(default)s.")

    def handle(self, *args, sources, dry_run, author, **options):
        try:
            with closing(Sources(sources)) as records:
                run = self._import(records, source=" ".join(sources), author=author, dry=dry_run)
        except SourceError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(INTERRUPTED_MESSAGE, returncode=130) from None
        self._print_report(run)
        if run.quarantined:
            sys.exit(1)

    def _import(self, records: Sources, **options) -> ImportRun:
        progress = Progress(self.stderr, records.share)
        try:
            return import_records(records, progress=progress.show, **options)
        finally:
            progress.end()

    def _print_report(self, run: ImportRun) -> None:
        for place, reason in run.quarantined_records.order_by("id").values_list("place", "reason").iterator():
            self.stderr.write(f"{place}: {reason}")
        if run.is_dry:
            self.stdout.write("Dry run: nothing was changed.")
        self.stdout.write(run.summary)
