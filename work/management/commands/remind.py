"""manage.py remind: send the due digests."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from work.reminders.digests import send_reminders


class Command(BaseCommand):
    help = (
        "Sends each user the digest of open tasks, weekly or daily by their settings. For a daily schedule; a "
        "second run on a day sends nothing twice. Last line: sent=N refused=N nothing=N unsure=N, where unsure are "
        "mails whose delivery is unknown."
    )

    def handle(self, **options):
        self.stdout.write(str(send_reminders(now=timezone.localtime())))
