"""manage.py forget_reports: wipe the addresses of people whose reports nobody closed in time."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from work.public_reports.services import SENDER_RETENTION, purge_senders


class Command(BaseCommand):
    help = (
        f"Wipes e-mail and network digests from reports older than {SENDER_RETENTION.days} days. For a daily schedule; new reports "
        "do it too. Last line: forgotten=N."
    )

    def handle(self, **options):
        self.stdout.write(f"forgotten={purge_senders(now=timezone.now())}")
