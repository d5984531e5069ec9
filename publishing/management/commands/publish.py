"""manage.py publish [--all]: rebuild stale documents and search rows."""

from django.core.management.base import BaseCommand

from publishing.rebuild import CHUNK, optimize_tables, publish_all
from publishing.staleness import has_pending, process_queue


class Command(BaseCommand):
    help = "Rebuild stale public documents and search rows, or all of them."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="rebuild every trial, changed or not")

    def handle(self, **options):
        if options["all"]:
            self.stdout.write(f"published={sum(publish_all())}")
            optimize_tables()
        while process_queue(CHUNK):
            pass
        if has_pending():
            self.stderr.write("Changes of a facility or person are pending until a running import ends.")
