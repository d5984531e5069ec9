"""manage.py forget_drafts: deletes form drafts older than one hour."""

from django.core.management.base import BaseCommand

from accounts.drafts.models import FormDraft


class Command(BaseCommand):
    help = "Delete form drafts (saved while their user had to sign in again) that are older than one hour."

    def handle(self, **options):
        deleted, _ = FormDraft.objects.expired().delete()
        self.stdout.write(f"deleted={deleted}")
