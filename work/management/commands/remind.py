"""manage.py remind: send the digests that are due."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from work.reminders.sending import send_reminders


class Command(BaseCommand):
    help = (
        "Sends each person's digest, weekly or daily as they chose, when something needs them. For a daily schedule; "
        "run it twice and nobody gets two. Last line: sent=N refused=N nothing=N unsure=N, where unsure are mails of "
        "which it is not known whether they went out."
    )

    def handle(self, **options):
        self.stdout.write(str(send_reminders(now=timezone.localtime())))
