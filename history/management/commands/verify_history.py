"""manage.py verify_history: compares every tracked table with its audit trail. Reads only."""

from django.core.management.base import BaseCommand, CommandError

from history.verification import HistoryVerification, snapshot

MAX_LISTED = 20


class Command(BaseCommand):
    help = "Compare every tracked table with its audit trail. Reads only; exit code 1 when they differ."

    def add_arguments(self, parser):
        parser.add_argument(
            "--limit", type=int, default=MAX_LISTED, help=f"how many differences to list (default: {MAX_LISTED})"
        )

    def handle(self, *, limit, **options):
        """Lists the first differences by table, key and columns, without values, then the counts of each table."""
        verification = HistoryVerification()
        count = 0
        with snapshot():
            for count, difference in enumerate(verification.differences(), start=1):
                if count <= limit:
                    self.stderr.write(f"{difference.table} {difference.key}: {difference.problem}")
        for table, counts in sorted(verification.counts.items()):
            self.stdout.write(f"{table} rows={counts.rows} replayed={counts.replayed} differences={counts.differences}")
        if count:
            raise CommandError(f"{count:,} differences between the tables and the audit trail.")
        self.stdout.write("The tables agree with the audit trail.")
