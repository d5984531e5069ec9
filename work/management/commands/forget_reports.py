"""manage.py forget_reports: clear the sender data of old open reports."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from work.public_reports.services import SENDER_RETENTION, purge_senders


class Command(BaseCommand):
    help = (
        f"Clears e-mail addresses and network digests of open reports older than {SENDER_RETENTION.days} days. For a "
        "daily schedule; each new report does the same. Last line: forgotten=N."
    )

    def handle(self, **options):
        self.stdout.write(f"forgotten={purge_senders(now=timezone.now())}")
