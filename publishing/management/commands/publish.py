"""manage.py publish [--all]: bring the read side up to date."""

from django.core.management.base import BaseCommand

from publishing.rebuild import CHUNK, publish_all, settle
from publishing.staleness import is_behind, work_off


class Command(BaseCommand):
    help = "Rebuild the public documents and search rows that are out of date; with --all, every one."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="rebuild every trial, changed or not")

    def handle(self, **options):
        if options["all"]:
            self.stdout.write(f"published={sum(publish_all())}")
            settle()
        while work_off(CHUNK):
            pass
        if is_behind():
            self.stderr.write("A renamed facility or person still waits for a running import to end.")
