"""manage.py publish [--all]: bring the read side up to date."""

from django.core.management.base import BaseCommand

from publishing.rebuild import CHUNK, optimize_tables, publish_all
from publishing.staleness import has_pending, process_queue


class Command(BaseCommand):
    help = "Rebuild the public documents and search rows that are out of date; with --all, every one."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="rebuild every trial, changed or not")

    def handle(self, **options):
        if options["all"]:
            self.stdout.write(f"published={sum(publish_all())}")
            optimize_tables()
        while process_queue(CHUNK):
            pass
        if has_pending():
            self.stderr.write("A renamed facility or person still waits for a running import to end.")
