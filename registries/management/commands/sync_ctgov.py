"""`manage.py sync_ctgov [NCT…]`: imports the followed trials that changed at the registry."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registries.ctgov.source_files import SourceError
from registries.ctgov.sync import BATCH_SIZE, AlreadyRunning, sync_studies
from registries.management.progress import Progress
from registries.models import ImportRun, RegistryLink, SyncRun

DISABLED_MESSAGE = "Checks of the registry are switched off (CTGOV_SYNC). Use --force to run this one."


class Command(BaseCommand):
    help = "Import the trials that changed at ClinicalTrials.gov. Continues a check that was interrupted."

    def add_arguments(self, parser):
        parser.add_argument("numbers", nargs="*", metavar="NCT", help="NCT numbers of followed trials. Default: all.")
        parser.add_argument("--force", action="store_true", help="Run although CTGOV_SYNC is off.")
        parser.add_argument(
            "--batch", type=int, default=BATCH_SIZE, help="NCT numbers in one request. Default: %(default)s."
        )

    def handle(self, *args, numbers, force, batch, **options):
        if not (settings.CTGOV_SYNC or force):
            self.stdout.write(DISABLED_MESSAGE)
            return
        nct_ids = {number.upper() for number in numbers}
        missing = nct_ids - set(RegistryLink.objects.filter(nct_id__in=nct_ids).values_list("nct_id", flat=True))
        if missing:
            raise CommandError(f"No such trial: {', '.join(sorted(missing))}.")
        if not 1 <= batch <= 1000:
            raise CommandError("A batch has 1 to 1000 numbers.")
        run = self._sync(sorted(nct_ids), batch)
        self.stdout.write(run.summary)
        if run.quarantined:
            sys.exit(1)

    def _sync(self, numbers: list[str], batch: int) -> SyncRun:
        progress = Progress(self.stderr)
        try:
            return sync_studies(numbers, batch=batch, progress=progress.show, report=self._report)
        except (SourceError, AlreadyRunning) as error:
            raise CommandError(f"{error} The next check continues from here.") from error
        finally:
            progress.end()

    def _report(self, run: ImportRun) -> None:
        """Print the rejected and held records, each with its place and the reason."""
        for place, reason in run.quarantined_records.order_by("id").values_list("place", "reason"):
            self.stderr.write(f"{place}: {reason}")
