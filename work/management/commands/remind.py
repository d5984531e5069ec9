"""manage.py remind: send the due digests and weekly mails."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from work.reminders.changes_mail import send_changes_mails
from work.reminders.digests import send_reminders


class Command(BaseCommand):
    help = (
        "Sends each user the digest of open tasks, weekly or daily by their settings, and the weekly mail of what "
        "changed to those who want it. For a daily schedule; a "
        "second run on a day sends nothing twice. Last line: sent=N refused=N nothing=N unsure=N, where unsure are "
        "mails whose delivery is unknown."
    )

    def handle(self, **options):
        now = timezone.localtime()
        self.stdout.write(str(send_changes_mails(send_reminders(now=now), now=now)))
