"""manage.py update_health: store the health scores of all trials, for comparison with trials of the same kind."""

from django.core.management.base import BaseCommand

from common import dates
from work.health.comparison import update_stored_health


class Command(BaseCommand):
    help = (
        "Computes and stores the health scores of all trials with sites. For a nightly schedule. Last line: trials=N."
    )

    def handle(self, **options):
        self.stdout.write(f"trials={sum(update_stored_health(today=dates.today()))}")
